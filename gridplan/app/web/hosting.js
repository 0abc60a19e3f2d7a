// Runs in the review page before its own script: what is edited there goes to the workbench that frames it; a preview is the map alone.

(() => {
  if (window.frameElement && window.frameElement.className === "preview") document.documentElement.classList.add("map-alone");
  const call = (name) => (edits) => {
    const framed = window.frameElement && window.frameElement.id === "review-frame";
    if (framed) /** @type {any} */ (window.parent).hearReview(name, edits);
  };
  window.gridplanHost = { onEdits: call("edits"), saveVersion: call("save"), recheck: call("recheck"), repair: call("repair") };
})();
