/* What is blind: the estimation sample and repeats, hidden until the answer is stored, and again at once when that is
   taken back. Loads before the modules that draw, so that none of them draws what is to be hidden. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const KEPT = /^(median_)?snr/; // how good a spectrum is, not what it is
    let answered = new Set(); // items whose answer is on its way to the server

    const isMeasured = (item) => label.isRepeat(item) || (item.kind === "random" && Boolean(label.state.queue && label.state.queue.blind_estimation));

    /* A repeat seems to be another kind until it is answered. */
    function named(item) {
        if (!label.isRepeat(item)) return;
        item.kind = item.is_blind ? item.asked_as || "picked" : "repeat";
        item.word = (label.state.queue.words || {})[item.kind] || item.word;
    }

    label.on("changed", function ({ item }) {
        if (!isMeasured(item)) return;
        if (item.label && item.is_blind && label.journal.isMine(item.label)) answered.add(item);
        if (item.label || item.is_blind) return;
        item.is_blind = true;
        named(item);
    });
    label.on("stored", function ({ waiting }) {
        if (waiting) return;
        const seen = [...answered].filter((item) => item.label);
        answered = new Set();
        seen.forEach(function (item) {
            item.is_blind = false;
            named(item);
            label.spectra.forget(item);
            label.emit("changed", { item });
        });
    });
    label.on("stop", () => (answered = new Set()));

    /* What may be shown of the data of a spectrum, whatever the server has sent before. */
    label.blinded = function (data) {
        if (data.is_blind) return data;
        const known = Object.entries(data.metadata || {}).filter(([name]) => KEPT.test(name.toLowerCase()));
        const nothing = { guess: null, links: [], also: [], title: null, subtitle: "" };
        return { ...data, ...nothing, is_blind: true, metadata: Object.fromEntries(known), hidden: label.state.queue.columns.shown };
    };
})();
