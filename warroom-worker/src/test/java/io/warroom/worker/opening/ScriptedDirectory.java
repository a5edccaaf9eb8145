package io.warroom.worker.opening;

import io.warroom.platform.PlatformKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Every tenant's app is the same one, until the test says otherwise. */
final class ScriptedDirectory implements Directory {

    Choice choice;
    /** The platforms that were asked for; empty is the tenant's choice. */
    final List<Optional<PlatformKind>> chosen = new ArrayList<>();
    /** By {@code tenantId/platform/personId}. */
    final Map<String, String> bound = new HashMap<>();

    ScriptedDirectory(Choice choice) {
        this.choice = choice;
    }

    @Override
    public Choice choose(String tenantId, @Nullable PlatformKind wanted) {
        chosen.add(Optional.ofNullable(wanted));
        return choice;
    }

    @Override
    public Optional<Version> peek(String tenantId, @Nullable PlatformKind wanted) {
        return choice instanceof Choice.Usable(var app)
                ? Optional.of(new Version(app.platform(), app.revision()))
                : Optional.empty();
    }

    @Override
    public Optional<String> boundUser(String tenantId, PlatformKind platform, String personId) {
        return Optional.ofNullable(bound.get(tenantId + "/" + platform + "/" + personId));
    }
}
