/* From one spectrum to the next: in the order of the queue, as the filter has it, and back to where one was. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const visited = [];

    const isOpen = (item) => !item.label;
    const passes = (item) => label.state.filter === "all" || item.kind === label.state.filter;
    label.passes = passes;

    function move(index, isVisit) {
        const state = label.state;
        const item = state.items[index];
        if (!item) return;
        if (isVisit && state.current && state.current !== item) visited.push(state.index);
        label.emit("leave", {});
        Object.assign(state, { index, current: item, isEnded: false, shownAt: performance.now(), confidence: null });
        if (item.label && Number.isInteger(item.label.confidence)) state.confidence = item.label.confidence;
        label.emit("show", { item, index });
    }

    label.go = (index) => move(index, true);

    function step(from, by) {
        const { items } = label.state;
        for (let k = from + by; k >= 0 && k < items.length; k += by) if (passes(items[k])) return k;
        return -1;
    }

    label.next = function () {
        const k = step(label.state.index, 1);
        if (k >= 0) label.go(k);
    };

    /* Where one was before, else the one above. */
    label.previous = function () {
        const state = label.state;
        let k = visited.pop();
        while (k === state.index && !state.isEnded) k = visited.pop();
        if (k === undefined) k = step(state.index, -1);
        if (k >= 0) move(k, false);
    };

    /* The next one without an answer; behind the last it begins again, and what was skipped comes last. */
    function advance(from, first) {
        const { items } = label.state;
        const order = [...items.keys()];
        const start = first === undefined ? from + 1 : first;
        const turned = [...order.slice(start), ...order.slice(0, start)].filter((k) => k !== from);
        const open = turned.filter((k) => isOpen(items[k]) && passes(items[k]));
        const k = open.find((one) => !items[one].is_skipped);
        const found = k === undefined ? open[0] : k;
        if (found !== undefined) return label.go(found);
        return end();
    }

    label.advance = () => advance(label.state.index);
    label.begin = (position) => advance(-1, position);

    function end() {
        if (label.state.current) visited.push(label.state.index);
        label.state.isEnded = true;
        label.state.current = null;
        label.emit("end", {});
    }

    label.on("start", () => (visited.length = 0));
})();
