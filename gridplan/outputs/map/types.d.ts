// What the modules of the page share without saying it in each: Leaflet and the map that folium made with it, and the shapes of values.

declare const L: any;
declare const gridplanMap: any;

interface Window {
  /** For tests, for whoever looks into a page, and what a host calls (`gridplan.host`). */
  gridplan: any;
  /** Set before the page's script runs, where the page is embedded. */
  gridplanHost?: Host;
}

/** What embeds the page can do. The page then has no title bar, keeps no draft, and calls these with the edits as edits.json holds them. */
interface Host {
  /** After every step of editing, back or forth. */
  onEdits?(edits: object): void;
  /** In the place of the download. */
  saveVersion?(edits: object): void;
  /** Somebody asks for a check by all rules; the host answers with `gridplan.host.showRecheck`. */
  recheck?(edits: object): void;
  /** Somebody asks what would mend what the edits broke; the host answers with `gridplan.host.showOffer`. */
  repair?(edits: object): void;
}

/** What all rules say of the edits, against the proposal. */
interface Recheck {
  changes: RecheckChange[];
  /** Findings that stayed as they were. */
  unchanged?: number;
  seconds?: number;
  /** Broken rules before and after. */
  must: [before: number, after: number];
  should: [before: number, after: number];
}

interface RecheckChange {
  rule: string;
  severity: "must" | "should" | "note";
  change: "new" | "worse" | "better" | "solved";
  words: [zh: string, en: string];
  /** Ids of the units concerned, and of the grid. */
  units?: string[];
  grid?: string;
}

/** Edits that mend what was broken: in words, and as edits.json holds them. */
interface RepairOffer {
  words: [zh: string, en: string];
  more?: [zh: string, en: string];
  edits: object;
}

/** A place: [x, y] in steps of the frame, or in pixels. */
type Point = [number, number];

/** [left, top, right, bottom] in steps. */
type Box = [number, number, number, number];

/** A box in pixels. */
interface PixelBox {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** How steps become pixels of a canvas. */
interface View {
  width: number;
  height: number;
  pad: { x: number; y: number };
  zoom: number;
  scale: number;
  left: number;
  top: number;
}

/** A line between two units, or the outer edge of one (right: -1). */
interface Arc {
  left: number;
  right: number;
  points: Int32Array;
}

/** A grid of a plan as measured. */
interface GridFigures {
  grid: number;
  scope: number;
  population: number;
  units: number;
  weighted: number;
  reached: number;
  within: number;
  over: number[];
  overPeople: number;
  away: number[];
  longest: number;
  deviation: number;
  mean: number | null;
  share: number | null;
  pieces: number;
  leadInside: boolean;
  cutOff: number[];
  cutPeople: number;
}

/** A plan as measured: grid of each unit (-1: none), facility that leads each grid (-1: none), figures of each and of the whole. */
interface Measured {
  assignment: number[];
  leads: number[];
  grids: GridFigures[];
  misplaced: number[];
  total: number;
  mean: number | null;
  share: number | null;
  worst: number;
  broken: number;
}

/** A live rule that a plan breaks. */
interface Check {
  rule: string;
  /** -1: it is about no grid. */
  grid: number;
  subject: string;
  severity: string;
  value: number;
  units: number[];
  [more: string]: any;
}

interface CheckChange {
  check: Check;
  change: "new" | "worse" | "better" | "solved";
}

/** One step of editing, as it can be undone: what it changes from and to. */
interface Step {
  units?: [unit: number, from: number, to: number][];
  leads?: [grid: number, from: number, to: number][];
  locks?: number[];
  comments?: [before: Comment[], after: Comment[]];
  conflicts?: { unit: number; theirs: number }[];
}

interface Comment {
  kind: string;
  id: string;
  author: string;
  text: string;
}

/** What a comment is about: "plan", "unit", "facility" or "grid", its id, and its place in steps. */
interface Subject {
  kind: string;
  id: string;
  at: number[] | null;
}

/** A file of edits by positions; what is no such file has a problem and holds nothing. */
interface ParsedEdits {
  problem: string;
  moves: [unit: number, grid: number][];
  leads: [grid: number, lead: number][];
  locks: number[];
  comments: any[];
  left: number;
}

/** Who lives within a range of minutes: of each unit with any the share of its residents and their number. */
interface Span {
  shares: Map<number, number>;
  inside: Map<number, number>;
  residents: number;
}

/** A reviewer's file that was read to be compared. */
interface ReviewersFile {
  name: string;
  assignment: number[];
  leads: number[];
  version: number;
}

/** A plan that can be held beside another one: the group of each unit (-1: none), and how far its lead is. */
interface ComparedPlan {
  key: string;
  name: string;
  of: number[];
  groups: { id: string; lead: number; number: string; tint: string }[];
  grids: { assignment: number[]; leads: number[] } | null;
  minutesOf: (unit: number) => number | null;
}

/** Units that have one lead in a plan and another one in the other. */
interface Flow {
  units: number[];
  from: number;
  to: number;
  people: number;
  minutes: number | null;
}

/** What a move of units into another grid would come to. */
interface Move {
  units: number[];
  grid: number;
  plan: Measured;
  changes: CheckChange[];
}

/** What the reader has chosen. */
interface State {
  language: "zh" | "en";
  tab: string;
  card: number | null;
  step: number | null;
  unit: number | null;
  panel: "histogram" | "compare" | null;
  span: [from: number, to: number] | null;
  mode: string;
  borderView: string;
  layers: Record<string, boolean>;
  cause: string;
  status: string;
  openRows: Set<string>;
  hover: number;
  hoverGrid: number;
  marked: number[];
  pin: number[] | null;
}

/** The edits under way. */
interface Edits {
  target: number;
  tool: string;
  leads: number[];
  locked: Set<number>;
  comments: Comment[];
  isSaved: boolean;
  conflicts: { unit: number; theirs: number }[];
  version: number;
  past: Step[];
  future: Step[];
  draft?: string | null;
  waiting?: string | null;
}

/** The edited plan while the editing tab is open. */
type Live = Measured & { checks: Check[]; changes: CheckChange[] };
