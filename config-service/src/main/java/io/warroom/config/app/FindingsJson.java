package io.warroom.config.app;

import io.warroom.platform.AppFinding;
import io.warroom.platform.AppFinding.Severity;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Findings as answers show them. */
final class FindingsJson {

    private FindingsJson() {}

    static List<Map<String, Object>> of(List<AppFinding> findings) {
        return findings.stream().map(FindingsJson::of).toList();
    }

    /** The severity of the worst: errors come first in the order of severities. */
    static Severity worst(List<AppFinding> findings) {
        return findings.stream()
                .map(AppFinding::severity)
                .min(Comparator.naturalOrder())
                .orElse(Severity.UNCHECKED);
    }

    private static Map<String, Object> of(AppFinding finding) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("severity", finding.severity().name());
        shown.put("code", finding.code().name());
        shown.put("message", finding.words());
        putIfGiven(shown, "remedy", finding.remedy());
        putIfGiven(shown, "platformCode", finding.platformCode());
        putIfGiven(shown, "requestId", finding.requestId());
        return shown;
    }

    private static void putIfGiven(Map<String, Object> shown, String field, @Nullable String value) {
        if (value != null) {
            shown.put(field, value);
        }
    }
}
