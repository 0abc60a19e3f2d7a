// A browser does not let a page opened from a folder fetch its neighbours, which is how excerpts of search results are
// made: there, results are listed without them.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
