/* The queue: labeled above, now, next below; only the rows in view exist, so a thousand cost no more than twenty. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const ROW = 40;
    const NOW = 50;
    const GROUP = 36;
    const ABOVE = 4; // labeled rows in view above the one that is shown
    const FILTERS = [["uncertain", "Uncertain"], ["initial", "First sample"], ["random", "Random"], ["candidate", "Candidates"], ["picked", "Picked"], ["repeat", "Asked again"]]; // prettier-ignore
    const ORDERS = { mixed: "Mixed order", uncertain: "Most uncertain first", thesis: "As in the thesis" };
    let entries = [];
    let height = 0;
    let planned = 0;

    const list = () => byId("label-list");
    const isPast = (item) => Boolean(item.label);

    /* What stands where: groups and rows with their offsets. */
    function arrange() {
        const { items, current } = label.state;
        const seen = items.filter((item) => label.passes(item));
        const past = seen.filter((item) => isPast(item) && item !== current).sort(byAnswer);
        const coming = seen.filter((item) => !isPast(item) && item !== current);
        entries = [];
        height = 0;
        const add = (entry, size) => (entries.push({ ...entry, top: height, size }), (height += size));
        if (past.length) add({ title: "Labeled", note: past.length }, GROUP);
        past.forEach((item) => add({ item }, ROW));
        if (current) add({ title: "Now", note: label.state.index + 1, isRuled: past.length > 0 }, GROUP), add({ item: current, isNow: true }, NOW);
        if (coming.length) add({ title: "Next", note: coming.length }, GROUP);
        coming.forEach((item) => add({ item }, ROW));
        return past.length;
    }

    const byAnswer = (one, other) => (one.label.created_utc < other.label.created_utc ? -1 : one.label.created_utc > other.label.created_utc ? 1 : one.at - other.at);

    /* ---------------------------------------------------------------- drawing */

    function draw(isFollowing) {
        const place = list();
        if (!place) return;
        arrange();
        byId("label-rows").style.height = `${height + 8}px`;
        if (isFollowing) follow(place);
        paint();
    }

    function follow(place) {
        const now = entries.find((entry) => entry.isNow);
        if (now) place.scrollTop = Math.max(0, now.top - 2 * GROUP - ABOVE * ROW);
    }

    function paint() {
        const place = list();
        if (!place) return;
        const from = place.scrollTop - 2 * ROW;
        const to = place.scrollTop + place.clientHeight + 2 * ROW;
        const html = entries.filter((entry) => entry.top + entry.size > from && entry.top < to).map((entry) => (entry.item ? row(entry) : group(entry)));
        const focused = document.activeElement && document.activeElement.closest("#label-rows .label-row");
        const at = focused && focused.dataset.at;
        const above = entries.filter((entry) => entry.title && entry.top < place.scrollTop).pop();
        if (above) html.push(group({ ...above, top: Math.round(place.scrollTop), isRuled: false, isPinned: true }));
        byId("label-rows").innerHTML = html.join("");
        if (at) {
            const again = byId("label-rows").querySelector(`[data-at="${at}"]`);
            if (again) again.focus({ preventScroll: true });
        }
    }

    const group = ({ title, note, top, isRuled, isPinned }) => `<div class="label-group${isRuled ? " label-group-rule" : ""}${isPinned ? " label-group-pinned" : ""}" style="top:${top}px" role="presentation"><span>${title}</span><span>${label.count(note)}</span></div>`;

    function row({ item, top, isNow }) {
        const isHidden = item.is_blind; // until its label is saved
        const name = isHidden ? `<span class="label-row-word">${label.escape(item.word)}</span>` : label.escape(shortId(item.id));
        const state = stateOf(item);
        const classes = `label-row kind-${item.kind}${isNow ? " label-row-now" : ""}${isPast(item) && !isNow ? " label-row-past" : ""}`;
        const said = `${item.word}, ${isHidden ? "name hidden" : item.id}${state.text ? `, ${state.text}` : ""}`;
        return `<div role="listitem"><button type="button" class="${classes}" style="top:${top}px" data-at="${item.at}" tabindex="${isNow || !label.state.current ? 0 : -1}" aria-label="${label.escape(said)}" title="${label.escape(said)}"${isNow ? ' aria-current="true"' : ""}><span class="icon label-icon-${label.KIND_ICONS[item.kind] || "target"}" aria-hidden="true"></span>${thumb(item)}<span class="label-row-name">${name}</span><span class="label-row-end">${state.mark}</span></button></div>`;
    }

    /* The end of an id tells spectra apart, its beginning says the survey. */
    const shortId = (id) => (id.length > 14 ? `…${id.slice(-12)}` : id);
    label.shortId = shortId;

    function stateOf(item) {
        if (!item.label) return item.is_skipped ? { mark: '<span class="icon label-icon-redo-2"></span>', text: "skipped" } : { mark: "", text: "" };
        if (item.label.kind === "unsure") return { mark: "?", text: "unsure" };
        if (item.label.kind === "bad") return { mark: '<span class="icon label-icon-ban"></span>', text: "bad data" };
        const one = label.classOf(item.label.class_id);
        return { mark: `<span class="class-mark class-${one ? one.row : 1}"></span>`, text: one ? one.name : "another class" };
    }

    function thumb(item) {
        if (item.path === undefined) item.path = item.thumb ? pathOf(item.thumb) : "";
        return `<svg viewBox="0 0 56 22" aria-hidden="true"><path d="${item.path}"/></svg>`;
    }

    function pathOf(values) {
        const [low, high] = label.paths.extent(values);
        const step = 54 / (values.length - 1 || 1);
        return values.map((value, k) => (Number.isFinite(value) ? `${k ? "L" : "M"}${(1 + k * step).toFixed(1)} ${(20 - (18 * (value - low)) / (high - low || 1)).toFixed(1)}` : "")).join("");
    }
    label.thumbPath = pathOf;

    /* Behind the frame that shows the spectrum; several changes in a row are drawn once. */
    let follows = false;
    function plan(isFollowing) {
        follows = follows || isFollowing;
        if (planned) return;
        planned = requestAnimationFrame(() =>
            setTimeout(function () {
                planned = 0;
                if (label.isOpen() && label.state.queue) draw(follows);
                follows = false;
            }, 0),
        );
    }

    /* ---------------------------------------------------------------- filters, order, source */

    function drawFilters() {
        const { items, filter } = label.state;
        const kinds = FILTERS.map(([kind, word]) => [kind, word, items.filter((item) => item.kind === kind).length]).filter(([, , n]) => n);
        const button = (kind, name, inside) => el("button", { type: "button", class: `label-filter kind-${kind}`, "aria-pressed": String(filter === kind), "aria-label": name, title: name, "data-command": `filter:${kind}` }, inside);
        const made = (kinds.length < 2 ? [] : kinds).map(([kind, word, n]) => button(kind, `${word}, ${n}`, [label.icon(label.KIND_ICONS[kind]), label.count(n)]));
        label.fill("label-filters", button("all", `All, ${items.length}`, [`All ${label.count(items.length)}`]), ...made);
        label.text("label-order-name", ORDERS[label.state.order] || ORDERS.mixed);
        drawNotices();
    }

    /* What the server left out, and why; and how much there is behind what is served. */
    function drawNotices() {
        const { queue, items, offset } = label.state;
        const notices = [...(queue.notices || [])];
        if (queue.n_available > items.length && (offset || !notices.length)) notices.push(`${label.count(offset + 1)} to ${label.count(offset + items.length)} of ${label.count(queue.n_available)} spectra.`);
        const place = byId("label-filters");
        if (notices.length) place.append(el("div", { class: "label-notices" }, ...notices.map((text) => el("p", {}, text))));
    }

    Object.assign(label.commands, {
        filter(kind) {
            label.state.filter = label.state.filter === kind ? "all" : kind;
            drawFilters();
            draw(true);
            const { current } = label.state;
            if (!current || !label.passes(current)) label.advance();
        },
    });

    document.addEventListener("click", function (event) {
        const chosen = event.target.closest("#label-rows .label-row");
        if (!chosen) return;
        label.go(Number(chosen.dataset.at));
        if (label.drawers) label.drawers.close();
    });
    /* One stop of the Tab key; arrows go from row to row. */
    document.addEventListener("keydown", function (event) {
        const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
        const from = by && event.target.closest && event.target.closest("#label-rows .label-row");
        if (!from) return;
        event.preventDefault();
        const rows = entries.filter((entry) => entry.item);
        const to = rows[rows.findIndex((entry) => String(entry.item.at) === from.dataset.at) + by];
        if (!to) return;
        const place = list();
        if (to.top < place.scrollTop + GROUP) place.scrollTop = to.top - GROUP;
        if (to.top + to.size > place.scrollTop + place.clientHeight) place.scrollTop = to.top + to.size - place.clientHeight;
        paint();
        const row = byId("label-rows").querySelector(`[data-at="${to.item.at}"]`);
        if (row) row.focus({ preventScroll: true });
    });
    document.addEventListener("scroll", (event) => event.target.id === "label-list" && paint(), { capture: true, passive: true });
    window.addEventListener("resize", () => label.isOpen() && label.state.queue && paint());

    label.on("queue", () => (drawFilters(), draw(true)));
    label.on("show", () => plan(true));
    label.on("changed", () => plan(false));
    label.on("end", () => plan(false));
})();
