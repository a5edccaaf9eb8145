package io.warroom.config.app;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How workers last found an app to fare.
 *
 * @param revision of the app that this is about
 * @param state as the topic names it, such as {@code KEY_REJECTED}
 * @param detail for people, with what to do
 * @param platformCode the platform's own code, or null
 */
record AppHealth(
        long revision,
        String state,
        String detail,
        @Nullable String platformCode,
        Instant since) {

    /** As answers show it. */
    Map<String, Object> shown() {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("state", state);
        shown.put("since", since.toString());
        shown.put("detail", detail);
        if (platformCode != null) {
            shown.put("platformCode", platformCode);
        }
        shown.put("revision", revision);
        return shown;
    }
}
