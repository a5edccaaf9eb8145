package io.warroom.config.app;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An app as it may be shown: that it has secrets is told, the secrets are not. */
final class ShownApp {

    static final String MASK = "********";

    private ShownApp() {}

    /** An app's settings, for the audit: what a change may change. Empty when it is not enabled. */
    static Map<String, Object> settings(StoredApp app) {
        if (!app.enabled()) {
            return Map.of();
        }
        var settings = of(app, false, null);
        settings.keySet().removeAll(Set.of("platform", "enabled", "active", "revision", "changedAt"));
        return settings;
    }

    static Map<String, Object> notEnabled(AppKind kind, long revision) {
        var shown = new LinkedHashMap<String, Object>();
        shown.put("platform", kind.name());
        shown.put("enabled", false);
        shown.put("active", false);
        shown.put("revision", revision);
        return shown;
    }

    /** @param health null when nothing is known */
    static Map<String, Object> of(StoredApp app, boolean active, @Nullable AppHealth health) {
        var kind = app.ref().kind();
        var shown = notEnabled(kind, app.revision());
        shown.put("changedAt", app.changedAt().toString());
        if (!app.enabled()) {
            return shown;
        }
        shown.put("enabled", true);
        shown.put("active", active);
        shown.put("activation", app.activation());
        shown.put(kind.identityField, app.identity());
        kind.secretFields.forEach(field -> shown.put(field, MASK));
        shown.put("serviceId", app.serviceId());
        shown.put("endpoint", app.endpoint());
        putIfGiven(shown, "groupTemplateId", app.groupTemplateId());
        putIfGiven(shown, "robotId", app.robotId());
        putIfGiven(shown, "defaultOwner", app.defaultOwner());
        if (health != null) {
            shown.put("health", health.shown());
        }
        return shown;
    }

    private static void putIfGiven(Map<String, Object> shown, String field, @Nullable String value) {
        if (value != null) {
            shown.put(field, value);
        }
    }
}
