package io.warroom.config.console;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One platform on the page of the apps.
 *
 * @param app as it may be shown
 * @param changedBy who changed it last; empty when nobody is known
 * @param waiting how many incidents wait for its key
 * @param said what the worker says of it, with what to do; empty when nothing is known
 */
record AppCard(String platform, Map<String, Object> app, String changedBy, long waiting, Translations.Said said) {

    public List<AppField> getFields() {
        return AppField.of(platform);
    }

    public boolean isEnabled() {
        return Boolean.TRUE.equals(app.get("enabled"));
    }

    public boolean isActive() {
        return Boolean.TRUE.equals(app.get("active"));
    }

    /** How it fares: a state of the topic, or UNKNOWN when no word of it came. */
    public String getHealth() {
        return health().get("state") instanceof String state ? state : "UNKNOWN";
    }

    /** Since when; null when nothing is known. */
    public @Nullable String getSince() {
        return health().get("since") instanceof String since ? since : null;
    }

    private Map<?, ?> health() {
        return app.get("health") instanceof Map<?, ?> health ? health : Map.of();
    }
}
