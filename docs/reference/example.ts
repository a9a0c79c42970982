/** The lines of an example that a page shows. */

const SHOW = /^\s*\/\/\/ show$/;
const HIDE = /^\s*\/\/\/ hide$/;

/**
 * What stands between `/// show` and `/// hide`, without the indentation that all of it has.
 * @throws when there is nothing to show, or a mark has no partner
 */
export function shownPart(fileName: string, text: string): string {
  const shown: string[] = [];
  let isShown = false;
  for (const line of text.split("\n")) {
    const isMark = SHOW.test(line) || HIDE.test(line);
    if (isMark && SHOW.test(line) === isShown) throw new Error(`${fileName}: two marks of a kind in a row`);
    if (isMark) isShown = !isShown;
    else if (isShown) shown.push(line);
  }
  if (isShown || shown.length === 0) throw new Error(`${fileName}: no lines between /// show and /// hide`);
  const indents = shown
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const indent = Math.min(...indents);
  return shown.map((line) => line.slice(indent)).join("\n");
}
