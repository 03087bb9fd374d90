// A slider's handle tells its label and the value as it is written, not the number of its stop.
function name_handle(handle) {
  const slider = handle.closest(".kamsim-slider");
  const words = {
    "aria-label": slider?.querySelector(".widget-label")?.textContent,
    "aria-valuetext": slider?.querySelector(".widget-readout")?.textContent,
  };
  for (const [name, text] of Object.entries(words)) {
    if (text && handle.getAttribute(name) !== text) handle.setAttribute(name, text);
  }
}
new MutationObserver(function () {
  document.querySelectorAll(".kamsim-slider .noUi-handle").forEach(name_handle);
}).observe(document.documentElement, {
  subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["aria-valuetext", "class"],
});
