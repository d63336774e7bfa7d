/* Light or dark, before the first paint: the choice kept in this browser, else what the system prefers. */
(function () {
    "use strict";
    const KEY = "spectrolabe-theme";
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const root = document.documentElement;

    function chosen() {
        try {
            const value = window.localStorage.getItem(KEY);
            return value === "light" || value === "dark" ? value : null;
        } catch (error) {
            return null; // storage may be forbidden; then the system decides
        }
    }

    function show(theme) {
        if (root.getAttribute("data-bs-theme") === theme) return;
        root.setAttribute("data-bs-theme", theme);
        document.dispatchEvent(new CustomEvent("spectrolabe:theme", { detail: theme }));
    }

    const spectrolabe = (window.spectrolabe = window.spectrolabe || {});
    spectrolabe.theme = () => root.getAttribute("data-bs-theme");
    spectrolabe.toggleTheme = function () {
        const theme = spectrolabe.theme() === "dark" ? "light" : "dark";
        try {
            window.localStorage.setItem(KEY, theme);
        } catch (error) {
            /* shown all the same, for this page */
        }
        show(theme);
    };

    const follow = () => show(chosen() || (dark.matches ? "dark" : "light"));
    follow();
    dark.addEventListener("change", follow);
    window.addEventListener("storage", (event) => event.key === KEY && follow());
})();
