/** Times as a person says them. */

/** `4.2 s`, `3 min 20 s`, `2 h 5 min`. @param ms milliseconds */
export function duration(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  if (tenths < 100) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(tenths / 10);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}

/** How long ago that was. @param time in ISO 8601 @param now milliseconds since 1970 */
export function ago(time: string, now: number): string {
  return `${duration(now - Date.parse(time))} ago`;
}
