/** Whether a best match this high counts as one: strictly above the threshold, as the reference counts. */
export const isSpecialized = (correlation: number, threshold: number): boolean => correlation > threshold;
