/**
 * The two screens. Ink costs a third of a second of processor time, so commands that show nothing do not load it; those
 * that do load it before anything starts of which the screen must not miss a message.
 */
export const loadScreens = async () => {
  const { showDashboard } = await import('./dashboard/dashboard.js');
  const { showSweep } = await import('./sweep/sweep-view.js');
  return { showDashboard, showSweep };
};
