/* The right column: the network's guess, confidence, metadata, links, what was labeled last. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const WORDS = label.CONFIDENCE.map((words, k) => `${k}: ${words}`);
    const NAMES = {
        ra: "RA", dec: "Dec", class: "Class", subclass: "Subclass", snr: "S/N", snru: "S/N u", snrg: "S/N g", snrr: "S/N r",
        snri: "S/N i", snrz: "S/N z", obsdate: "Observed", date: "Observed", magr: "mag r", mag: "mag", designation: "Designation",
        z: "z", spectrum_id: "Id", source: "File", data_v: "Survey", survey: "Survey", obsid: "obsid",
    }; // prettier-ignore

    /* ---------------------------------------------------------------- guess */

    function drawGuess(item, data) {
        const { queue } = label.state;
        const part = byId("label-guess-part");
        part.hidden = queue.guess_iteration === null || queue.guess_iteration === undefined;
        const title = byId("label-guess-title");
        if (item.is_blind) {
            title.replaceChildren(label.icon("eye-off"), " Guess hidden");
            label.text("label-guess-note", "");
            const why = item.kind === "random" ? "This spectrum is in the random sample that measures the network. It is labeled blind so that the figure stays honest." : "This spectrum is labeled blind.";
            const text = `${why} The guess appears once your label is saved.`;
            label.fill("label-guess", el("p", { class: "label-why" }, text));
            return;
        }
        title.replaceChildren("Network’s guess");
        label.text("label-guess-note", Number.isInteger(queue.guess_iteration) ? `iteration ${queue.guess_iteration}` : "");
        if (!label.view.guess) {
            label.fill("label-guess", el("p", { class: "label-why" }, "Hidden by you. ", el("button", { type: "button", class: "label-link", "data-command": "guess" }, "Show it")));
            return;
        }
        if (window.matchMedia("(max-width: 899.98px)").matches) {
            label.fill("label-guess-note", el("button", { type: "button", class: "label-link", "data-command": "guess" }, "Hide"));
        }
        if (!data) return label.fill("label-guess");
        if (!data.guess) return label.fill("label-guess", el("p", { class: "label-why" }, "The network has not scored this spectrum."));
        const rows = label.state.classes
            .filter((one) => one.class_id in data.guess)
            .map((one) => [one, data.guess[one.class_id]])
            .sort((a, b) => b[1] - a[1])
            .slice(0, 6)
            .map(([one, p]) => el("div", { class: `label-guess-row class-${one.row}` }, label.mark(one), el("span", { class: "label-guess-name" }, one.name), el("span", { class: "label-guess-bar" }, el("span", { style: `width:${(100 * p).toFixed(1)}%` })), el("span", {}, label.decimal(p, 2))));
        return label.fill("label-guess", ...rows);
    }

    /* ---------------------------------------------------------------- confidence */

    function drawConfidence() {
        const { confidence } = label.state;
        const place = byId("label-confidence");
        if (!place.firstChild) {
            const buttons = WORDS.map((word, k) => el("button", { type: "button", class: "label-confidence-button", "data-command": `confidence:${k}`, "aria-label": `Confidence ${word}`, title: word }, String(k)));
            place.append(el("div", { class: "label-confidence-row" }, el("div", { class: "label-confidence-buttons", role: "group", "aria-labelledby": "label-confidence-title" }, ...buttons), el("span", { class: "small secondary", id: "label-confidence-word" }), label.keepButton()));
            label.fill("label-confidence-keys", el("kbd", { class: "key-cap" }, "Shift"), el("kbd", { class: "key-cap" }, "0"), " to ", el("kbd", { class: "key-cap" }, "4"));
        }
        place.querySelectorAll(".label-confidence-button").forEach((one, k) => one.setAttribute("aria-pressed", String(k === confidence)));
        label.text("label-confidence-word", confidence === null ? "not stated" : WORDS[confidence]);
    }

    /* ---------------------------------------------------------------- metadata */

    const chosen = () => label.state.queue.columns.shown;
    const nameOf = (column) => NAMES[column.toLowerCase()] || column;

    function valueOf(column, value) {
        if (value === null || value === undefined || value === "") return "—";
        if (typeof value !== "number") return String(value);
        if (column === "ra" || column === "dec") return `${column === "dec" && value > 0 ? "+" : ""}${label.decimal(value, 6)}°`;
        if (column === "z") return label.signed(value, 6);
        if (Number.isInteger(value)) return String(value).replace("-", "−");
        return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6 ? label.decimal(value, Math.abs(value) < 1 ? 4 : 2) : value.toExponential(3).replace("-", "−");
    }

    function drawMetadata(item, data) {
        const shown = chosen();
        const metadata = data ? data.metadata : {};
        const hidden = new Set((data && data.hidden) || []);
        const known = Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key.toLowerCase(), value]));
        const rows = shown.map(function (column) {
            const key = column.toLowerCase();
            const isHidden = item.is_blind && (hidden.has(column) || !(key in known));
            const value = isHidden ? el("span", { class: "quiet" }, "hidden") : valueOf(key, known[key]);
            return el("div", { class: "fact" }, el("dt", {}, nameOf(column)), el("dd", { title: typeof value === "string" ? value : null }, value));
        });
        if (!rows.length) rows.push(el("p", { class: "label-why" }, label.state.queue.columns.all.length ? "No columns are chosen." : "The pool has no metadata."));
        label.fill("label-metadata", el("dl", { class: "facts" }, ...rows));
    }

    /* ---------------------------------------------------------------- nearest, links, recent */

    function drawNearest(item) {
        const part = byId("label-nearest-part");
        const found = label.overlays.of(item.id);
        const isWide = window.matchMedia("(min-width: 1700px)").matches;
        part.hidden = !isWide || !found || !found.nearest.length;
        if (part.hidden) return;
        const rows = found.nearest.slice().sort((a, b) => a.distance - b.distance).slice(0, 5).map(function (one) {
            const of = label.classOf(one.class_id);
            const step = Math.max(1, Math.floor(one.flux.length / 60));
            const picture = label.svg("svg", { viewBox: "0 0 56 22", class: "label-nearest-picture", preserveAspectRatio: "none", "aria-hidden": "true" });
            picture.append(label.svg("path", { d: label.thumbPath(one.flux.filter((_, k) => k % step === 0)) }));
            return el("div", { class: "label-nearest-row" }, label.mark(of), picture, el("span", { class: "mono label-ellipsis", title: one.id }, label.shortId(one.id)), el("span", {}, label.decimal(one.distance, 2)));
        });
        label.fill("label-nearest", ...rows);
    }

    function drawLinks(item, data) {
        if (item.is_blind) return label.fill("label-links", el("p", { class: "label-why" }, "Links appear once your label is saved."));
        const links = ((data && data.links) || []).map((one) => el("a", { href: one.url, target: "_blank", rel: "noopener noreferrer" }, one.name));
        links.push(el("button", { type: "button", class: "label-link", "data-command": "record" }, "Full record"));
        return label.fill("label-links", el("div", { class: "label-links-row" }, ...links));
    }

    label.commands.record = function () {
        const { current } = label.state;
        const data = current && label.spectra.peek(current);
        if (!data || current.is_blind) return;
        const rows = Object.entries(data.metadata).map(([key, value]) => el("div", { class: "fact" }, el("dt", { class: "mono" }, key), el("dd", {}, value === null ? "—" : String(value))));
        label.over(data.title || current.id, el("dl", { class: "facts" }, ...rows));
    };

    function drawRecent() {
        const rows = label.state.answered.slice(-3).reverse().map(function ({ event, item }) {
            const one = event.kind === "label" ? label.classOf(event.class_id) : null;
            const word = one ? one.name : { unsure: "unsure", bad: "bad data", skip: "skipped" }[event.kind] || event.kind;
            const button = el("button", { type: "button", class: "label-recent-row", title: "Go back to it" }, one ? label.mark(one) : el("span", { class: "label-no-mark" }), el("span", { class: "label-recent-word" }, word), el("span", { class: "mono label-ellipsis", title: item.is_blind ? null : item.id }, item.is_blind ? "random" : label.shortId(item.id)), el("span", {}, `${label.decimal(event.duration_ms / 1000, 1)} s`));
            button.addEventListener("click", () => label.go(label.state.items.indexOf(item)));
            return button;
        });
        label.fill("label-recent", ...(rows.length ? rows : [el("p", { class: "label-why" }, "Nothing yet.")]));
    }
    label.drawRecent = drawRecent;

    /* ---------------------------------------------------------------- when */

    let planned = 0;
    function refresh() {
        const { current } = label.state;
        if (!current || !byId("label-side")) return;
        const data = label.spectra.peek(current);
        drawGuess(current, data);
        drawConfidence();
        drawMetadata(current, data);
        drawLinks(current, data);
        drawNearest(current);
    }

    /* A hidden guess is hidden at once; the rest follows behind the frame that shows the spectrum. */
    function plan() {
        if (planned) return;
        planned = requestAnimationFrame(() => setTimeout(() => ((planned = 0), refresh(), drawRecent()), 0));
    }

    label.side = { nameOf };
    label.on("columns", refresh);
    label.on("queue", drawRecent);
    label.on("show", function ({ item }) {
        drawGuess(item, label.spectra.peek(item));
        plan();
    });
    label.on("spectrum", plan);
    label.on("changed", plan);
    label.on("overlays", plan);
    label.on("view", ({ name }) => (name === "confidence" || name === "guess") && refresh());
})();
