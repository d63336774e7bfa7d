/* In place of the plots: loading, failed, an empty queue, and what came out of it when all is answered. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    let measured = 0;

    function instead(...children) {
        const place = byId("label-instead");
        if (!place) return;
        place.hidden = !children.length;
        place.replaceChildren(...children);
        const isSeveral = label.view.layout === "several";
        byId("label-plots").hidden = Boolean(children.length) || isSeveral;
        byId("label-several").hidden = Boolean(children.length) || !isSeveral;
        document.querySelector(".label-head").hidden = Boolean(children.length);
    }
    label.instead = instead;

    const bones = (n) => el("div", { class: "skeleton skeleton-card" }, ...Array.from({ length: n }, () => el("div", { class: "bone bone-plot" })));

    function loading() {
        instead(el("div", { "aria-busy": "true" }, el("span", { class: "visually-hidden" }, "Loading the queue"), bones(2)));
    }

    function failed({ error }) {
        const again = el("button", { type: "button", class: "button button-outline" }, label.icon("refresh-cw"), "Try again");
        again.addEventListener("click", () => label.reload());
        const head = el("div", { class: "failed-head" }, label.icon("circle-x"), el("h2", { class: "card-title" }, "The queue cannot be shown"));
        instead(el("div", { class: "failed-state panel label-state", role: "alert" }, head, el("p", { class: "failed-text" }, error.message), el("div", { class: "tools" }, again, chooser())));
        if (label.isOpen()) byId("label-page").classList.add("has-no-queue");
    }

    const link = (text, href, kind) => el("a", { class: `button button-${kind}`, href }, text);
    const withSession = (path) => `${path}?session=${encodeURIComponent(label.state.session)}`;

    function empty() {
        const { queue } = label.state;
        const hasPool = Boolean(queue.pool);
        const text = hasPool ? `${label.where()} has no spectra to label.` : "The session has no pool yet. Its spectra come from the page Data.";
        const act = hasPool ? link("Train", withSession("/train"), "primary") : link("Open Data", withSession("/data"), "primary");
        instead(el("div", { class: "empty-state" }, icon26("list-todo"), el("h2", { class: "empty-title" }, hasPool ? "The queue is empty" : "No spectra yet"), el("p", { class: "empty-text" }, text), el("div", { class: "empty-actions" }, act, hasPool ? chooser() : null)));
    }

    const chooser = () => el("button", { type: "button", class: "button button-outline", "data-command": "sources" }, "Choose what to label");

    function icon26(name) {
        const made = label.icon(name);
        made.style.setProperty("--icon-size", "26px");
        return made;
    }

    /* ---------------------------------------------------------------- the end of the list */

    function done() {
        const { queue } = label.state;
        const { n, done: answered } = label.counts();
        const isIteration = (queue.source || "").startsWith("iteration") && queue.iteration !== null;
        const next = queue.iteration === null ? 1 : queue.iteration + 1;
        const each = label.secondsEach();
        const figures = [
            figure("Answered", `${label.count(answered)} of ${label.count(n)}`, n > answered ? `${label.count(n - answered)} left` : "all of them"),
            figure("Time per spectrum", each === null ? "—" : `${label.decimal(each, 1)} s`, each === null ? "" : "median of your last answers"),
        ];
        const agreement = isIteration ? asked("label-agreement", "Agreement on the random sample") : null;
        const consistency = asked("label-consistency", "Said the same again", true);
        const train = el("a", { class: "button button-primary", href: withSession("/train") }, `Train iteration ${next}`);
        const isFiltered = label.state.filter !== "all" && label.state.items.some((item) => !item.label && !label.passes(item));
        const left = queue.n_available - label.state.offset - n;
        const more = el("button", { type: "button", class: "button button-primary" }, `Label the next ${label.count(Math.min(left, n))}`);
        more.addEventListener("click", () => label.more());
        const rest = !isFiltered && left > 0 && n ? more : isFiltered ? el("button", { type: "button", class: "button button-primary", "data-command": "filter:all" }, "Label the others") : train;
        instead(
            el(
                "div",
                { class: "label-end" },
                el("h2", { class: "empty-title" }, isFiltered ? "Nothing is left of this kind" : "The queue is empty"),
                el("p", { class: "empty-text" }, `You have answered ${label.count(answered)} spectra of ${label.where().replace("Iteration", "iteration")}. Every label can still be changed: choose its row in the queue.`),
                el("div", { class: "key-figures" }, ...figures, agreement, consistency),
                classTable(),
                el("div", { class: "tools" }, rest, el("a", { class: "button button-outline", href: withSession("/performance") }, "See the performance"), el("button", { type: "button", class: "button button-plain", "data-command": "back" }, "Back to the last spectrum")),
            ),
        );
        measure();
    }

    const figure = (name, value, note) => el("div", { class: "key-figure" }, el("div", { class: "figure-label" }, name), el("div", { class: "figure-value" }, value), el("div", { class: "figure-note" }, note));

    const asked = (id, name, hidden) => el("div", { class: "key-figure", id, hidden }, el("div", { class: "figure-label" }, name), el("div", { class: "figure-value" }, "…"), el("div", { class: "figure-note" }, ""));

    function classTable() {
        const { classes } = label.state;
        const items = label.state.items.filter((item) => !label.isRepeat(item));
        const kinds = [["Uncertain", (item) => item.kind !== "random"], ["Random sample", (item) => item.kind === "random"]]; // prettier-ignore
        const has = kinds.filter(([, test]) => items.some(test));
        const heads = [el("th", { scope: "col" }, "Class"), ...has.map(([name]) => el("th", { scope: "col", class: "cell-number" }, label.state.queue.source.startsWith("iteration") ? name : "Spectra"))];
        const row = (name, mark, test) => el("tr", {}, el("td", {}, el("span", { class: "class-name" }, mark, name)), ...has.map(([, kind]) => el("td", { class: "cell-number" }, label.count(items.filter((item) => kind(item) && test(item)).length))));
        const rows = classes.map((one) => row(one.name, label.mark(one), (item) => item.label && item.label.class_id === one.class_id));
        rows.push(row("unsure", null, (item) => item.label && item.label.kind === "unsure"), row("bad data", null, (item) => item.label && item.label.kind === "bad"), row("skipped", null, (item) => !item.label && item.is_skipped));
        return el("table", { class: "data-table" }, el("caption", {}, "Your answers by class"), el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
    }

    /* How often the network's guess is the label, over the random sample, and how often one said the same again: the
       server counts them, as for the page Performance, once labels are saved. */
    async function measure() {
        const mine = (measured += 1);
        const found = await label.ask(label.address("progress")).catch((error) => ({ error }));
        if (mine !== measured || !label.state.isEnded) return;
        if (found.error) return write("label-agreement", "—", found.error.message);
        writeShare("label-agreement", found.agreement, "no label of it yet");
        const again = byId("label-consistency");
        if (again) again.hidden = !found.consistency;
        if (found.consistency) writeShare("label-consistency", found.consistency, "");
    }

    function write(id, value, note) {
        const place = byId(id);
        if (!place) return;
        place.children[1].textContent = value;
        place.children[2].textContent = note;
    }

    function writeShare(id, share, nothing) {
        if (!share || !share.n) return write(id, "—", nothing);
        const value = share.is_enough ? `${label.decimal(share.value, 2)}, ` : "";
        return write(id, `${label.count(share.n_right)} of ${label.count(share.n)}`, `${value}95 % interval ${label.decimal(share.low, 2)} to ${label.decimal(share.high, 2)}`);
    }

    label.on("loading", loading);
    label.on("failed", failed);
    label.on("queue", function () {
        byId("label-page").classList.remove("has-no-queue");
        if (!label.state.items.length) byId("label-page").classList.add("has-no-queue");
    });
    label.on("show", () => byId("label-instead").hidden || instead());
    label.on("end", () => (label.state.items.length ? done() : empty()));
    label.on("stored", (detail) => label.state.isEnded && !(detail && detail.waiting) && measure());
    label.on("view", ({ name }) => name === "layout" && !label.state.isEnded && instead());
})();
