/** What the arguments and properties are that mean the same in every component, and need no comment there. */
import type { Member } from "./model.ts";

/** A meaning that follows from name and type. */
interface Meaning {
  readonly name: RegExp;
  readonly type: RegExp;
  readonly meaning: string;
}

const MEANINGS: readonly Meaning[] = [
  { name: /^site$/, type: /^Site$/, meaning: "Where it is: `lake.site`, in a lake." },
  { name: /^(what|of)$/, type: /^(Named|What)</, meaning: "What it is called: one of the stack's names." },
  { name: /^zone$/, type: /^Zone$/, meaning: "Which of the zones it is." },
  { name: /^description$/, type: /^string$/, meaning: "What it is for, for whoever comes across it in AWS." },
  { name: /^keyArn$/, type: /Input<string>/, meaning: "The key that encrypts it: `lake.key.keyArn`." },
  { name: /Name$/, type: /^string$/, meaning: "Its name in AWS. Known in a preview." },
  { name: /Arn$/, type: /^string$/, meaning: "Its ARN. Known in a preview." },
  { name: /^catalogId$/, type: /^string$/, meaning: "The account whose catalog it is in." },
  { name: /^role$/, type: /^Role$/, meaning: "The role that it works by." },
];

/** What such an argument or property is. */
export function commonMeaning({ name, type }: Pick<Member, "name" | "type">): string | undefined {
  return MEANINGS.find((meaning) => meaning.name.test(name) && meaning.type.test(type))?.meaning;
}
