/** The component reference: its pages as text. */
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { commentOf, type Comment } from "./comment.ts";
import { shownPart } from "./example.ts";
import { code, codeBlock, firstSentence, GENERATED, link, paragraphs, section, table } from "./markdown.ts";
import { memberRows, mentionLinks, say, seeAlso, typeSection } from "./members.ts";
import { componentsOf, type ComponentDoc, type Method } from "./model.ts";
import { kebab, pageOf, placeTypes, TYPES_PAGE, type Placement } from "./placement.ts";
import { Project } from "./project.ts";

/** Where the pages are. */
export const PAGES_FOLDER = "docs/components";

/** Where the examples are: one for each component. */
export const EXAMPLES_FOLDER = "examples/components";

/** What each folder of the components is about. */
const FOLDERS: Record<string, string> = {
  "": "The whole",
  storage: "Where data lies",
  catalog: "Which tables there are",
  query: "How tables are queried",
  governance: "Who sees which data",
  access: "Who may do what",
  people: "Roles for people",
  ingestion: "How files become tables",
  compute: "Functions and their code",
  events: "How one thing leads to another",
  observability: "How the lake does",
  source: "A database that tables come from",
};

/** What the pages are made from. */
interface Reference {
  readonly project: Project;
  readonly components: readonly ComponentDoc[];
  readonly placement: Placement;
}

/** Every component of a project that a program can make. */
export function readComponents(root: string): readonly ComponentDoc[] {
  return componentsOf(new Project(root), "components");
}

/** The pages by their path from the project's folder, formatted as the project's files are. */
export async function renderPages(root: string): Promise<Map<string, string>> {
  const project = new Project(root);
  const components = componentsOf(project, "components");
  const reference = { project, components, placement: placeTypes(project, components) };
  const pages: [string, string][] = [
    ["README.md", indexPage(reference)],
    [TYPES_PAGE, typesPage(reference)],
    ...components.map((component): [string, string] => [
      pageOf(component),
      componentPage(reference, component),
    ]),
  ];
  const config = await resolveConfig(path.join(root, PAGES_FOLDER, "README.md"));
  const formatted = pages.map(
    async ([name, text]) =>
      [path.posix.join(PAGES_FOLDER, name), await format(text, { ...config, parser: "markdown" })] as const,
  );
  return new Map(await Promise.all(formatted));
}

function indexPage({ project, components, placement }: Reference): string {
  const folders = new Set(components.map(folderOf));
  const unknown = [...folders].filter((folder) => !(folder in FOLDERS));
  if (unknown.length > 0) throw new Error(`no word for the folders ${unknown.join(", ")}`);
  const groups = Object.entries(FOLDERS).map(([folder, title]) => {
    const rows = components
      .filter((component) => folderOf(component) === folder)
      .map((component) => {
        const { declaration, comments } = component;
        const text = say(firstSentence(comments[0]?.text ?? ""), placement);
        return [link(declaration.name, pageOf(component)), text];
      });
    const heading = folder === "" ? title : `${title} (${code(`components/${folder}`)})`;
    return section(heading, table(["Component", "What it is"], rows));
  });
  const helper = `${path.posix.dirname(EXAMPLES_FOLDER)}/part.ts`;
  return paragraphs(
    GENERATED,
    "# Components",
    "Each component is a Pulumi component resource: a program makes it with a name, its arguments and Pulumi's options. " +
      `Most programs make a whole lake with ${link(code("deployLake"), "../../components/deploy.ts")}, and add to it: ` +
      `see ${link("Lake", "lake.md")}. What is added is given ${code("{ parent: lake }")}, and so has the lake's ` +
      "provider and tags.",
    "One part without the rest needs a site, and the boundary that its roles are within:",
    codeBlock(shownPart(helper, project.read(helper))),
    `The examples here use this (${link(code(helper), `../../${helper}`)}), and a unit test runs each of them. ` +
      `Types that more than one component uses are on ${link("a page of their own", TYPES_PAGE)}.`,
    ...groups,
  );
}

function typesPage({ project, placement }: Reference): string {
  return paragraphs(
    GENERATED,
    "# Types",
    `What the arguments and properties of the ${link("components", "README.md")} are made of.`,
    ...placement
      .typesOf(TYPES_PAGE)
      .map((declaration) => typeSection({ project, placement, page: TYPES_PAGE }, declaration, "##")),
  );
}

function componentPage(reference: Reference, component: ComponentDoc): string {
  const { project, placement } = reference;
  const { declaration, comments, token, args, properties, methods } = component;
  const page = pageOf(component);
  const where = { project, placement, page };
  const { fileName } = declaration.file;
  const example = `${EXAMPLES_FOLDER}/${kebab(declaration.name)}.ts`;
  const others = args.others.map(({ name }) => link(code(name), placement.linkTo(name) ?? ""));
  return paragraphs(
    GENERATED,
    `# ${declaration.name}`,
    `Type token ${code(token)}, source ${link(code(fileName), `../../${fileName}`)}.`,
    ...comments.map(({ text }) => say(text, placement)).filter((text) => text !== ""),
    seeAlso([component.moduleComment, ...comments]),
    section(
      "Example",
      paragraphs(
        codeBlock(shownPart(example, project.read(example))),
        `From ${link(code(example), `../../${example}`)}.`,
      ),
    ),
    section(
      "Arguments",
      paragraphs(
        table(["Name", "Type", "Default", "What it is"], memberRows(where, args.members)),
        others.length === 0 ? "" : `And those of ${others.join(" and ")}.`,
      ),
    ),
    section(
      "Properties",
      table(
        ["Name", "Type", "What it is"],
        memberRows(where, properties).map(([name = "", type = "", , what = ""]) => [name, type, what]),
      ),
    ),
    section("Methods", paragraphs(...methods.map((method) => methodPart(reference, page, method)))),
    section("Errors", errorsPart(reference, component)),
    section("Types", paragraphs(...placement.typesOf(page).map((found) => typeSection(where, found, "###")))),
  );
}

function methodPart({ placement }: Reference, page: string, method: Method): string {
  return paragraphs(
    `### ${method.name}`,
    codeBlock(method.signature),
    say(method.comment.text, placement),
    mentionLinks({ placement, page }, method.mentions),
    seeAlso([method.comment]),
  );
}

/** What the constructor and the methods throw: in the comment's words, or in the error's own. */
function errorsPart({ project, placement }: Reference, component: ComponentDoc): string {
  const { comments, constructorComment, methods, declaration } = component;
  const sources: Comment[] = [...comments, ...methods.map(({ comment }) => comment)];
  if (constructorComment) sources.push(constructorComment);
  return sources
    .flatMap(({ throws }) => throws)
    .map(({ errorName, when }) => {
      const error = errorName === undefined ? undefined : project.find(declaration.file, errorName);
      const words = when === "" && error ? commentOf(error.node).text : when;
      return `- ${errorName === undefined ? "" : `${code(errorName)}: `}${say(words, placement)}`;
    })
    .join("\n");
}

function folderOf({ declaration }: ComponentDoc): string {
  return path.posix.relative("components", path.posix.dirname(declaration.file.fileName));
}
