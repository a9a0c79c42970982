/** aws.budgets.Budget. */
/* eslint-disable @typescript-eslint/no-deprecated -- CostFilters and CostTypes are what the official provider sends */
import {
  CreateBudgetCommand,
  CreateNotificationCommand,
  DeleteBudgetCommand,
  DeleteNotificationCommand,
  DescribeBudgetCommand,
  DescribeNotificationsForBudgetCommand,
  DescribeSubscribersForNotificationCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateBudgetCommand,
  type Budget,
  BudgetType,
  type Notification,
  type Subscriber,
  TimeUnit,
} from "@aws-sdk/client-budgets";
import * as v from "valibot";
import { defineType, type Context } from "../resource-type.ts";
import { isSame, type Properties } from "../values.ts";
import { changeTags, nonEmpty, tagList, tagMap, tags, text, textSet, unlessMissing } from "./common.ts";

const MISSING = "NotFoundException";
const on = v.optional(v.boolean(), true);
const off = v.optional(v.boolean(), false);

const costTypes = v.strictObject({
  includeCredit: on,
  includeDiscount: on,
  includeOtherSubscription: on,
  includeRecurring: on,
  includeRefund: on,
  includeSubscription: on,
  includeSupport: on,
  includeTax: on,
  includeUpfront: on,
  useAmortized: off,
  useBlended: off,
});

const notification = v.strictObject({
  comparisonOperator: v.picklist(["GREATER_THAN", "LESS_THAN", "EQUAL_TO"]),
  notificationType: v.picklist(["ACTUAL", "FORECASTED"]),
  threshold: v.number(),
  thresholdType: v.picklist(["PERCENTAGE", "ABSOLUTE_VALUE"]),
  subscriberEmailAddresses: v.optional(textSet),
  subscriberSnsTopicArns: v.optional(textSet),
});

const budgetInputs = v.strictObject({
  name: text,
  budgetType: v.enum(BudgetType),
  limitAmount: v.optional(text),
  limitUnit: v.optional(text),
  timeUnit: v.enum(TimeUnit),
  timePeriodStart: v.optional(text),
  timePeriodEnd: v.optional(text, "2087-06-15_00:00"),
  costFilters: v.optional(v.array(v.strictObject({ name: text, values: v.array(text) }))),
  costTypes: v.optional(costTypes),
  notifications: v.optional(v.array(notification)),
  tags,
});

type BudgetInputs = v.InferOutput<typeof budgetInputs>;
type NotificationInputs = v.InferOutput<typeof notification>;

const budget = defineType({
  token: "aws:budgets/budget:Budget",
  inputs: budgetInputs,
  replaceOn: ["name"],
  computed: ["arn", "accountId", "tagsAll"],
  async create(inputs, { clients, accountId }) {
    await clients.budgets.send(
      new CreateBudgetCommand({
        AccountId: accountId,
        Budget: toBudget(inputs),
        NotificationsWithSubscribers: inputs.notifications?.map((one) => ({
          Notification: toNotification(one),
          Subscribers: toSubscribers(one),
        })),
        ResourceTags: tagList(inputs.tags),
      }),
    );
    return `${accountId}:${inputs.name}`;
  },
  async configure(_id, inputs, context, before) {
    if (before === undefined) return; // CreateBudget has done it all
    const { budgets } = context.clients;
    const AccountId = context.accountId;
    await budgets.send(new UpdateBudgetCommand({ AccountId, NewBudget: toBudget(inputs) }));
    if (!isSame(before.notifications, inputs.notifications)) await changeNotifications(inputs, context);
    const ResourceARN = arnOf(inputs.name, context);
    await changeTags(
      before.tags,
      inputs.tags,
      (ResourceTagKeys) => budgets.send(new UntagResourceCommand({ ResourceARN, ResourceTagKeys })),
      (all) => budgets.send(new TagResourceCommand({ ResourceARN, ResourceTags: tagList(all) })),
    );
  },
  async read(id, context) {
    const { AccountId, BudgetName } = budgetOf(id);
    const call = context.clients.budgets.send(new DescribeBudgetCommand({ AccountId, BudgetName }));
    const found = (await unlessMissing(call, MISSING))?.Budget;
    if (found === undefined) return undefined;
    const arn = arnOf(BudgetName, context);
    const listed = await context.clients.budgets.send(new ListTagsForResourceCommand({ ResourceARN: arn }));
    return {
      ...fromBudget(found),
      notifications: await readNotifications(BudgetName, context),
      tags: tagMap(listed.ResourceTags),
      arn,
      accountId: AccountId,
    };
  },
  async delete(id, _inputs, { clients }) {
    await unlessMissing(clients.budgets.send(new DeleteBudgetCommand(budgetOf(id))), MISSING);
  },
});

function budgetOf(id: string): { AccountId: string; BudgetName: string } {
  const [AccountId, BudgetName] = id.split(":");
  if (AccountId === undefined || BudgetName === undefined) {
    throw new Error(`a budget's id is ACCOUNT:NAME, not "${id}"`);
  }
  return { AccountId, BudgetName };
}

function arnOf(name: string, { partition, accountId }: Context): string {
  return `arn:${partition}:budgets::${accountId}:budget/${name}`;
}

function toBudget(inputs: BudgetInputs): Budget {
  const filters = inputs.costFilters?.map(({ name, values }) => [name, values] as const);
  const types = inputs.costTypes;
  return {
    BudgetName: inputs.name,
    BudgetType: inputs.budgetType,
    TimeUnit: inputs.timeUnit,
    BudgetLimit: { Amount: inputs.limitAmount, Unit: inputs.limitUnit },
    TimePeriod: {
      ...(inputs.timePeriodStart && { Start: toDate(inputs.timePeriodStart) }),
      End: toDate(inputs.timePeriodEnd),
    },
    ...(filters && { CostFilters: Object.fromEntries(filters) }),
    ...(types && {
      CostTypes: Object.fromEntries(
        Object.entries(types).map(([name, value]) => [
          `${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`,
          value,
        ]),
      ),
    }),
  };
}

function fromBudget(found: Budget): Properties {
  const filters = Object.entries(found.CostFilters ?? {}).map(([name, values]) => ({ name, values }));
  const types = Object.entries(found.CostTypes ?? {}).map(
    ([name, value]) => [`${name[0]?.toLowerCase() ?? ""}${name.slice(1)}`, value] as const,
  );
  return {
    name: found.BudgetName,
    budgetType: found.BudgetType,
    timeUnit: found.TimeUnit,
    limitAmount: found.BudgetLimit?.Amount,
    limitUnit: found.BudgetLimit?.Unit,
    timePeriodStart: found.TimePeriod?.Start && fromDate(found.TimePeriod.Start),
    timePeriodEnd: found.TimePeriod?.End && fromDate(found.TimePeriod.End),
    costFilters: nonEmpty(filters),
    costTypes: nonEmpty(Object.fromEntries(types)),
  };
}

/** "2017-07-01_12:00", as the official provider writes a time. */
function toDate(time: string): Date {
  return new Date(`${time.replace("_", "T")}:00Z`);
}

function fromDate(date: Date): string {
  return date.toISOString().slice(0, 16).replace("T", "_");
}

function toNotification(one: NotificationInputs): Notification {
  return {
    ComparisonOperator: one.comparisonOperator,
    NotificationType: one.notificationType,
    Threshold: one.threshold,
    ThresholdType: one.thresholdType,
  };
}

function toSubscribers(one: NotificationInputs): Subscriber[] {
  return [
    ...(one.subscriberEmailAddresses ?? []).map((Address) => ({
      SubscriptionType: "EMAIL" as const,
      Address,
    })),
    ...(one.subscriberSnsTopicArns ?? []).map((Address) => ({ SubscriptionType: "SNS" as const, Address })),
  ];
}

/** Takes all notifications away and makes them anew: they have no names to tell them apart by. */
async function changeNotifications(inputs: BudgetInputs, { clients, accountId }: Context): Promise<void> {
  const target = { AccountId: accountId, BudgetName: inputs.name };
  const { Notifications } = await clients.budgets.send(new DescribeNotificationsForBudgetCommand(target));
  for (const old of Notifications ?? []) {
    await clients.budgets.send(new DeleteNotificationCommand({ ...target, Notification: old }));
  }
  for (const one of inputs.notifications ?? []) {
    const call = { ...target, Notification: toNotification(one), Subscribers: toSubscribers(one) };
    await clients.budgets.send(new CreateNotificationCommand(call));
  }
}

async function readNotifications(BudgetName: string, context: Context): Promise<Properties[] | undefined> {
  const { budgets } = context.clients;
  const target = { AccountId: context.accountId, BudgetName };
  const { Notifications } = await budgets.send(new DescribeNotificationsForBudgetCommand(target));
  const found = (Notifications ?? []).map(async (one) => {
    const { Subscribers } = await budgets.send(
      new DescribeSubscribersForNotificationCommand({ ...target, Notification: one }),
    );
    const addresses = (type: string): string[] | undefined => {
      const those = (Subscribers ?? []).filter(({ SubscriptionType }) => SubscriptionType === type);
      return nonEmpty(those.map(({ Address }) => Address ?? "").toSorted());
    };
    return {
      comparisonOperator: one.ComparisonOperator,
      notificationType: one.NotificationType,
      threshold: one.Threshold,
      thresholdType: one.ThresholdType ?? "PERCENTAGE",
      subscriberEmailAddresses: addresses("EMAIL"),
      subscriberSnsTopicArns: addresses("SNS"),
    };
  });
  return found.length === 0 ? undefined : Promise.all(found);
}

/** Types of Budgets. */
export const budgetTypes = [budget];
