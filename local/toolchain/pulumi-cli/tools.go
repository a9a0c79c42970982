//go:build tools

// Package tools pins the Pulumi CLI: go.mod and go.sum beside it fix every module it is built from.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
