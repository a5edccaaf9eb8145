package io.warroom.config.console;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;

/**
 * How a page that is open looks to those who see little or use no mouse, and whether it stood still while it was drawn.
 *
 * @param passed rules of axe-core that hold
 * @param lesser rules that do not, of minor or moderate impact
 * @param serious rules that do not, of serious or critical impact
 * @param shift how much of the window moved by itself, as browsers count it (cumulative layout shift; 0.1 and less is good:
 *     web.dev/articles/cls, 2024)
 * @param wider by how many pixels the page is wider than the window
 * @param faults the serious ones, each with where it is and what to do
 */
record Looks(int passed, List<String> lesser, int serious, double shift, int wider, List<String> faults) {
    /** Up to it browsers' makers call a page good. What moves behind a click counts here, too, which browsers leave out. */
    static final double GOOD_SHIFT = 0.1;

    private static final List<String> SERIOUS = List.of("serious", "critical");

    static Looks of(Page page) {
        var results = new AxeBuilder(page).analyze();
        var faults = new ArrayList<String>();
        var lesser = new ArrayList<String>();
        int serious = 0;
        for (var rule : results.getViolations()) {
            if (SERIOUS.contains(rule.getImpact())) {
                serious++;
                rule.getNodes()
                        .forEach(node -> faults.add(page.url().replaceFirst(".*:[0-9]+", "") + " " + rule.getId() + " "
                                + node.getHtml() + " " + node.getFailureSummary()));
            } else {
                lesser.add(rule.getId());
            }
        }
        return new Looks(
                results.getPasses().size(), lesser, serious, number(page, """
                        () => new Promise((resolve) => {
                          let shift = 0;
                          new PerformanceObserver((list) => list.getEntries().forEach((entry) => { shift += entry.value; }))
                            .observe({ type: 'layout-shift', buffered: true });
                          requestAnimationFrame(() => requestAnimationFrame(() => resolve(shift)));
                        })"""), (int) number(page, """
                        () => document.documentElement.scrollWidth - document.documentElement.clientWidth"""), faults);
    }

    private static double number(Page page, String script) {
        return ((Number) page.evaluate(script)).doubleValue();
    }
}
