// The reader's switch: a button at the head of a page that hides the marks of mdverify, and remembers it.
(function () {
  "use strict";

  var KEY = "mdverify-marks";
  var root = document.documentElement;

  function stored() {
    try { return localStorage.getItem(KEY); } catch (error) { return null; }
  }

  function store(value) {
    try { localStorage.setItem(KEY, value); } catch (error) { /* the choice lasts as long as the page */ }
  }

  function show(on) {
    root.classList.toggle("mdv-off", !on);
    document.querySelectorAll(".mdv-switch").forEach(function (button) {
      button.setAttribute("aria-pressed", String(on));
    });
  }

  function prepare() {
    document.querySelectorAll(".mdv-badge[data-mdv-switch]").forEach(function (badge) {
      if (badge.querySelector(".mdv-switch")) return;
      var button = document.createElement("button");
      button.type = "button";
      button.className = "mdv-switch";
      button.textContent = badge.dataset.mdvSwitch;
      button.addEventListener("click", function () {
        var on = root.classList.contains("mdv-off");
        store(on ? "on" : "off");
        show(on);
      });
      badge.appendChild(button);
    });
    show(stored() !== "off");
  }

  // Material for MkDocs can replace a page without loading it anew and tells so here.
  if (window.document$ && window.document$.subscribe) {
    window.document$.subscribe(prepare);
  } else if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", prepare);
  } else {
    prepare();
  }
})();
