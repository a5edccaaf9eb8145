package io.warroom.config.app;

import io.warroom.platform.AppFinding;
import java.util.List;

/** Ends a change: the platform said that the app cannot open rooms as it is. Nothing was stored. Immutable. */
public final class AppRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an immutable list of records; it is never serialized
    private final List<AppFinding> findings;

    AppRefused(List<AppFinding> findings) {
        super("The platform was asked, and the app cannot be used as it is.");
        this.findings = List.copyOf(findings);
    }

    /** Everything that was found, what is right included. */
    public List<AppFinding> findings() {
        return findings;
    }
}
