/* The bar: how far one is, how long the rest takes; and the title of the spectrum. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const LONGEST_MS = 60000; // a longer pause is none of the work
    const CHIPS = { uncertain: "uncertain", initial: "uncertain", random: "random", candidate: "candidate" };

    /* Median of the last answers of this page. */
    function secondsEach() {
        const times = label.state.answered.slice(-30).map(({ event }) => Math.min(event.duration_ms, LONGEST_MS)).sort((a, b) => a - b);
        return times.length >= 3 ? times[Math.floor(times.length / 2)] / 1000 : null;
    }
    label.secondsEach = secondsEach;

    const aboutTime = (seconds) => (seconds < 90 ? `about ${Math.max(1, Math.round(seconds))} s` : `about ${Math.round(seconds / 60)} min`);

    function counts() {
        const { items } = label.state;
        const done = items.filter((item) => item.label).length;
        const skipped = items.filter((item) => !item.label && item.is_skipped).length;
        return { n: items.length, done, skipped, left: items.length - done };
    }
    label.counts = counts;

    function where() {
        const { queue } = label.state;
        const kind = (queue.source || "").split(":")[0];
        if (kind === "candidates") return "Candidates";
        if (kind === "pool" || kind === "upload") return queue.pool || "Pool";
        if (kind === "list") return "Picked spectra";
        return queue.iteration === null ? queue.pool || "Pool" : `Iteration ${queue.iteration}`;
    }
    label.where = where;

    function drawCounts() {
        if (!label.state.queue || !byId("label-bar")) return;
        const { n, done, skipped, left } = counts();
        label.text("label-where", where());
        const share = (part) => `${n ? (100 * part) / n : 0}%`;
        const bar = byId("label-progress");
        bar.children[0].style.width = share(done);
        bar.children[1].style.width = share(skipped);
        bar.setAttribute("aria-valuenow", String(Math.round(n ? (100 * done) / n : 0)));
        bar.setAttribute("aria-valuetext", `${done} of ${n} labeled`);
        label.fill("label-done", el("strong", {}, label.count(done)), ` of ${label.count(n)}`);
        const each = secondsEach();
        const rest = [
            skipped ? `${label.count(skipped)} skipped` : "",
            left ? `${label.count(left)} left${each ? ` · ${label.decimal(each, 1)} s each, ${aboutTime(each * left)}` : ""}` : "all labeled",
        ];
        label.text("label-left", rest.filter(Boolean).join(" · "));
    }

    /* ---------------------------------------------------------------- title */

    function drawTitle(item, data) {
        const isBlind = item.is_blind;
        const number = `Spectrum ${label.count(label.state.index + 1)} of ${label.count(label.state.items.length)}`;
        const title = isBlind ? number : (data && data.title) || item.id;
        label.fill("label-title", el("h2", { class: "label-title-text", title }, title));
        const subtitle = isBlind ? "Name, survey class and guess stay hidden until you have labeled it" : (data && data.subtitle) || item.id;
        label.text("label-subtitle", subtitle.replace(/\.$/, ""));
        byId("label-subtitle").title = subtitle;
        label.fill("label-chips", kindChip(item), alsoChip(data), answerChip(item));
    }

    function kindChip(item) {
        const detail = item.kind === "random" && item.is_blind ? "measures the network" : why(item);
        return el(
            "span",
            { class: `chip chip-${CHIPS[item.kind] || "neutral"}`, title: detail },
            label.icon(label.KIND_ICONS[item.kind] || "target"),
            el("span", { class: "chip-word" }, item.word),
            detail ? el("span", { class: "chip-detail" }, detail) : null,
        );
    }

    function why(item) {
        const parts = [];
        if (Number.isFinite(item.utility)) parts.push(`${item.utility_name || "utility"} ${label.decimal(item.utility, 2)}`);
        if (Number.isFinite(item.rank)) parts.push(`rank ${label.count(item.rank)} of ${label.count(item.n_ranked)}`);
        if (item.kind === "random" && !parts.length) parts.push("measures the network");
        return parts.join(" · ");
    }

    function alsoChip(data) {
        const n = data && data.also ? data.also.length : 0;
        return n ? el("span", { class: "chip chip-neutral" }, label.icon("layers"), `${n + 1} spectra of this star`) : null;
    }

    function answerChip(item) {
        if (!item.label) return null;
        const one = item.label.kind === "label" ? label.classOf(item.label.class_id) : null;
        const word = item.label.kind === "label" ? (one ? one.name : "labeled") : item.label.kind === "bad" ? "bad data" : "unsure";
        return el("span", { class: "chip chip-outline" }, one ? label.mark(one) : label.icon("check"), word);
    }

    function titleNow() {
        const { current } = label.state;
        if (current) drawTitle(current, label.spectra.peek(current));
    }

    label.on("queue", drawCounts);
    label.on("show", titleNow);
    label.on("spectrum", titleNow);
    label.on("changed", ({ item }) => (setTimeout(drawCounts, 0), item === label.state.current && titleNow()));
    label.on("end", drawCounts);
})();
