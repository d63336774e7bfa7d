/* The dock: a key for each class, the comment; and the drawers of narrow windows. */
(function () {
    "use strict";
    const label = window.spectrolabe.label;
    const { byId, el } = label;
    const MOST_IN_ONE_ROW = 5;

    function drawClasses() {
        const { classes } = label.state;
        const place = byId("label-classes");
        const isMany = classes.length > MOST_IN_ONE_ROW;
        place.classList.toggle("is-many", isMany);
        place.style.setProperty("--n", isMany ? Math.ceil(classes.length / 2) : classes.length);
        label.fill(place, ...classes.map((one) => classKey(one, isMany)));
        if (!classes.length) label.fill(place, el("p", { class: "label-why" }, "This session has no classes. Edit the session to add some."));
    }

    function classKey(one, isMany) {
        const command = `class:${one.class_id}`;
        const key = label.keyOf(command) || one.key || "";
        const cap = el("kbd", { class: "key-cap label-class-cap", "data-key-of": command, "aria-hidden": "true" }, key);
        const name = el("span", { class: "label-class-name" }, label.mark(one), el("span", {}, one.name));
        const picture = isMany ? null : label.svg("svg", { viewBox: "0 0 56 22", preserveAspectRatio: "none", class: "label-class-picture", "data-class": one.class_id, "aria-hidden": "true" });
        return el("button", { type: "button", class: `label-class class-${one.row}`, "data-command": command, "aria-label": `${one.name}, key ${key}`, title: one.name }, cap, el("span", { class: "label-class-inside" }, name, picture));
    }

    /* Mean profiles, once they are known. */
    function drawProfiles({ found }) {
        document.querySelectorAll(".label-class-picture").forEach((one) => one.classList.toggle("is-unknown", !one.firstChild && !found.means.some((mean) => mean.class_id === one.dataset.class)));
        found.means.forEach(function (mean) {
            const picture = [...document.querySelectorAll(".label-class-picture")].find((one) => one.dataset.class === mean.class_id);
            if (!picture || picture.firstChild) return;
            const step = Math.max(1, Math.floor(mean.flux.length / 140));
            picture.append(label.svg("path", { d: label.thumbPath(mean.flux.filter((_, k) => k % step === 0)) }));
        });
    }

    function markAnswer() {
        const { current } = label.state;
        const own = current && current.label;
        document.querySelectorAll("#label-dock [data-command]").forEach(function (control) {
            const name = control.dataset.command;
            const isIt = Boolean(own) && (name === `class:${own.class_id}` || name === own.kind);
            control.classList.toggle("is-answer", isIt);
        });
        byId("label-page").classList.toggle("is-ended", !current);
        byId("label-dock").classList.toggle("has-comment", Boolean(current && current.comment));
    }

    function setDisabled(isOff) {
        document.querySelectorAll("#label-dock [data-command]").forEach(function (control) {
            if (!["back", "undo"].includes(control.dataset.command)) control.disabled = isOff;
        });
    }

    /* ---------------------------------------------------------------- comment */

    function comment() {
        const { current } = label.state;
        const place = byId("label-comment");
        if (!current) return;
        if (!place.hidden) return closeComment(true);
        const input = el("input", { type: "text", class: "form-control", id: "label-comment-input", maxlength: "2000", placeholder: "What is special about it", "aria-label": "Comment on this spectrum" });
        input.value = current.comment || "";
        const of = current;
        place.hidden = false;
        place.replaceChildren(
            el("label", { for: "label-comment-input", class: "label-comment-name" }, "Comment"),
            input,
            el("button", { type: "button", class: "button button-soft button-small", "data-command": "comment" }, "Save", el("kbd", { class: "key-cap" }, "Enter")),
        );
        place.commentOf = of;
        input.addEventListener("keydown", function (event) {
            event.stopPropagation(); // typing never labels
            if (event.key === "Enter" && !event.isComposing) {
                event.preventDefault(); // else it presses the button that gets the focus
                closeComment(true);
            }
            if (event.key === "Escape") closeComment(false);
        });
        input.focus();
        return undefined;
    }

    function closeComment(isKept) {
        const place = byId("label-comment");
        const input = byId("label-comment-input");
        if (!place || place.hidden) return;
        place.hidden = true;
        const text = input ? input.value.trim() : "";
        const of = place.commentOf;
        if (isKept && of === label.state.current && text !== (of.comment || "")) label.answer("comment", { comment: text });
        place.replaceChildren();
        const control = document.querySelector('.label-action[data-command="comment"]');
        if (control && document.activeElement === document.body) control.focus({ preventScroll: true });
    }

    label.commands.comment = comment;

    /* ---------------------------------------------------------------- drawers of narrow windows */

    function toggle(name) {
        const page = byId("label-page");
        const isOpen = page.dataset.drawer === name;
        if (isOpen) return label.drawers.close();
        page.dataset.drawer = name;
        const first = byId(`label-${name}`).querySelector("button, a");
        if (first) first.focus({ preventScroll: true });
        return undefined;
    }
    label.drawers = { close: () => byId("label-page") && delete byId("label-page").dataset.drawer };
    label.commands.queue = () => toggle("queue");
    label.commands.side = () => toggle("side");
    document.addEventListener("click", function (event) {
        const page = byId("label-page");
        if (!page || !page.dataset.drawer) return;
        if (!event.target.closest(`#label-${page.dataset.drawer}, [data-command="queue"], [data-command="side"], #label-over`)) label.drawers.close();
    });
    document.addEventListener("keydown", (event) => event.key === "Escape" && label.drawers.close());

    label.on("queue", drawClasses);
    label.on("overlays", drawProfiles);
    label.on("leave", () => closeComment(true));
    label.on("show", () => (setDisabled(false), markAnswer()));
    label.on("end", () => (closeComment(true), setDisabled(true), markAnswer()));
    label.on("changed", ({ item }) => item === label.state.current && markAnswer());
})();
