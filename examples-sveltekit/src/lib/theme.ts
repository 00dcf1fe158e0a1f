/** Light, dark, or what the reader's system says. */
export type Theme = "light" | "dark" | "system";

export const THEMES: { theme: Theme; name: string; sign: string }[] = [
  { theme: "light", name: "Light", sign: "☀" },
  { theme: "dark", name: "Dark", sign: "☾" },
  { theme: "system", name: "As the system", sign: "◐" },
];
