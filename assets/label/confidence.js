/* The confidence of the next label ends with the spectrum, unless the person keeps it. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    let kept = null; // what is kept from one spectrum to the next
    let isKept = false;

    function draw() {
        const row = document.querySelector("#label-confidence .label-confidence-row");
        if (!row) return;
        let button = row.querySelector("[data-command='keep']");
        if (!button) {
            const name = "Keep this confidence for the next spectra";
            button = label.el("button", { type: "button", class: "label-pill label-keep", "data-command": "keep", title: name }, "Keep");
            row.append(button);
        }
        button.setAttribute("aria-pressed", String(isKept));
    }

    label.commands.keep = function () {
        isKept = !isKept;
        kept = isKept ? label.state.confidence : null;
        label.emit("view", { name: "confidence", value: label.state.confidence });
    };

    label.on("show", function ({ item }) {
        if (isKept && !item.label) label.state.confidence = kept;
        setTimeout(draw);
    });
    label.on("view", function ({ name, value }) {
        if (name !== "confidence") return;
        if (isKept) kept = value;
        setTimeout(draw);
    });
    label.on("start", () => ((isKept = false), (kept = null)));
})();
