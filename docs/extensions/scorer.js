// Sphinx's own weights; a page or section whose title holds the query comes first.
var Scorer = {
  score: ([_page, _title, _anchor, _description, score, _file, kind]) => (kind === "title" ? score + 100 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
