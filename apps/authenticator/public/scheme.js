// Light or dark before anything is drawn: nobody who opens this on a dark ward is dazzled first.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    let chosen = null;
    try {
      chosen = localStorage.getItem("holdfast.scheme");
    } catch {
      // Without storage: as the system has it.
    }
    const scheme = chosen === "light" || chosen === "dark" ? chosen : dark.matches ? "dark" : "light";
    document.documentElement.dataset.mantineColorScheme = scheme;
    document.documentElement.style.colorScheme = scheme;
  };
  dark.addEventListener("change", show);
  addEventListener("holdfast-scheme", show);
  show();
})();
