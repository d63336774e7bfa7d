/* What to label: the sources that exist with their counts, and how many spectra are asked again. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const GROUPS = [["iteration", "Iterations"], ["candidates", "Candidates"], ["pool", "Pool"], ["list", "Picked spectra"], ["data", "Other pools"], ["upload", "Uploads"]]; // prettier-ignore
    const SHARES = [0, 0.01, 0.02, 0.03, 0.05];
    let known = [];

    /* ---------------------------------------------------------------- words */

    const NAMES = {
        iteration: (one) => `Iteration ${one.name}`,
        candidates: () => "Candidates",
        pool: () => "The whole pool",
    };
    const nameOf = (one) => (NAMES[one.kind] ? NAMES[one.kind](one) : one.name);

    function noteOf(one) {
        const left = Number.isInteger(one.n_left) ? (one.n_left ? `${label.count(one.n_left)} left` : "all labeled") : "";
        const about = { iteration: "batch and random sample", candidates: `${one.name}, the most probable first`, pool: `${one.name}, needs no network` }[one.kind] || one.note;
        return [about, left].filter(Boolean).join(" · ");
    }

    function isServed({ source, iteration }) {
        const { queue } = label.state;
        return Boolean(queue) && queue.source === source && (source !== "iteration" || queue.iteration === iteration);
    }

    /* ---------------------------------------------------------------- the button in the queue */

    function draw() {
        const { queue } = label.state;
        const found = known.find(isServed);
        const isNamed = /^(list|upload):/.test(queue.source);
        if (isNamed && !found) read().catch(() => null);
        label.text("label-source-name", (isNamed || queue.source === "pool") && found ? nameOf(found) : label.where());
        label.text("label-source-count", label.count(queue.n_available));
    }

    async function read() {
        const { session } = label.state;
        const { sources } = await label.ask(`/api/labels/sources?session=${encodeURIComponent(session)}`);
        if (label.state.session !== session) return;
        known = sources;
        if (label.state.queue && known.some(isServed)) draw();
    }

    /* ---------------------------------------------------------------- the dialog */

    function row(one) {
        const words = el("span", { class: "label-source-words" }, el("span", {}, nameOf(one)), el("span", { class: "label-source-note" }, noteOf(one)));
        const made = el("button", { type: "button", class: "label-source-row", "aria-current": isServed(one) ? "true" : null }, words, el("span", { class: "label-source-n" }, label.count(one.n_spectra)));
        made.addEventListener("click", function () {
            label.closeOver();
            label.setSource(one.source, one.source === "iteration" ? one.iteration : null);
        });
        return made;
    }

    function rows() {
        const groups = GROUPS.map(([kind, title]) => [title, known.filter((one) => one.kind === kind)]).filter(([, some]) => some.length);
        if (!groups.length) return [el("p", { class: "label-why" }, "There is nothing to label yet. Spectra come from the page Data.")];
        return groups.map(([title, some]) => el("section", { class: "label-source-group", role: "group", "aria-label": title }, el("h3", { class: "section-title" }, title), ...some.map(row)));
    }

    async function open() {
        const list = el("div", { class: "label-sources", id: "label-sources", "aria-busy": "true" }, el("p", { class: "label-why" }, "Counting…"));
        label.over("What to label", el("div", {}, list, label.state.queue ? repeats() : null));
        const isOpen = () => byId("label-sources") === list;
        try {
            await read();
            if (!isOpen()) return;
            label.fill(list, ...rows());
            const now = list.querySelector("[aria-current]") || list.querySelector("button");
            if (now) now.focus();
        } catch (error) {
            if (isOpen()) label.fill(list, el("p", { class: "label-why", role: "alert" }, `The sources could not be read. ${error.message}`));
        }
        list.removeAttribute("aria-busy");
    }

    /* ---------------------------------------------------------------- blind repeats */

    function repeats() {
        const { queue } = label.state;
        const shares = [...new Set([...SHARES, queue.repeats])].sort((a, b) => a - b);
        const options = shares.map((share) => el("option", { value: String(share), selected: share === queue.repeats }, share ? `${label.decimal(100 * share, 1).replace(".0", "")} % of the queue` : "nothing"));
        const select = el("select", { class: "form-select", id: "label-repeats", "aria-describedby": "label-repeats-note" }, ...options);
        select.addEventListener("change", () => set(Number(select.value)));
        return el(
            "section",
            { class: "label-repeats" },
            el("label", { class: "section-title", for: "label-repeats" }, "Ask again, blind"),
            select,
            el("p", { class: "label-why", id: "label-repeats-note" }, told()),
            el("p", { class: "field-error", id: "label-repeats-error", role: "alert" }),
        );
    }

    function told() {
        const n = label.state.items.filter(label.isRepeat).length;
        const now = n ? `${label.count(n)} of them are in this queue. ` : "";
        return `Some spectra come a second time, without your first answer: it measures how steady your labels are. ${now}The first answer counts; which ones came again is told once they are answered.`;
    }

    async function set(share) {
        try {
            await label.choose({ repeats: share });
            label.text("label-repeats-error", "");
            label.reload();
        } catch (error) {
            label.text("label-repeats-error", `This could not be stored. ${error.message}`);
        }
    }

    label.commands.sources = open;
    label.on("queue", function () {
        draw();
        label.text("label-repeats-note", told());
    });
    label.on("start", () => (known = []));
})();
