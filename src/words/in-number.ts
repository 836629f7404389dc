/**
 * A change's summary with "1 student nodes" as "1 student node". Logs have it in the plural, and a replay is compared with
 * that.
 */
export const inNumber = (summary: string): string =>
  summary.replace(/(?<![\d.,])1 ((?:idle )?(?:(?:student|teacher) )?(?:node|weight|sample))s\b/g, '1 $1');
