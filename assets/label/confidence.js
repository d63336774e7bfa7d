/* The confidence of the next label ends with the spectrum, unless the person keeps it. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    let kept = null; // what is kept from one spectrum to the next
    let isKept = false;

    label.keepButton = function () {
        const about = "Keep this confidence for the next spectra";
        const fields = { type: "button", class: "label-pill label-keep", "data-command": "keep", "aria-pressed": String(isKept) };
        return label.el("button", { ...fields, title: about }, "Keep");
    };

    label.commands.keep = function () {
        isKept = !isKept;
        kept = isKept ? label.state.confidence : null;
        const button = document.querySelector("#label-confidence [data-command='keep']");
        if (button) button.setAttribute("aria-pressed", String(isKept));
    };

    label.on("show", function ({ item }) {
        if (isKept && !item.label) label.state.confidence = kept;
    });
    label.on("view", function ({ name, value }) {
        if (name === "confidence" && isKept) kept = value;
    });
    label.on("start", () => ((isKept = false), (kept = null)));
})();
