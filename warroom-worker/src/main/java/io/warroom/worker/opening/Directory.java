package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.PlatformKind;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Knows every tenant's apps. */
public interface Directory {

    /**
     * The app that opens this tenant's room. Before it says {@link Choice.None} it has read the configuration up to its end
     * as of this call, so an app that was enabled before the incident was declared is found.
     *
     * @param wanted the platform that the incident asks for; null leaves it to the tenant's active app
     * @throws InterruptedException when the worker stops meanwhile
     */
    Choice choose(String tenantId, @Nullable PlatformKind wanted) throws InterruptedException;

    /** The app that would be chosen by what is known now, without asking further; empty when there is none. */
    Optional<Version> peek(String tenantId, @Nullable PlatformKind wanted);

    /** The platform user that the tenant's administrators bound the person to, if they did. */
    Optional<String> boundUser(String tenantId, PlatformKind platform, String personId);

    /** An app at a revision. */
    record Version(PlatformKind platform, long revision) {}

    /** What the directory found. */
    sealed interface Choice {
        /** This app. */
        record Usable(App app) implements Choice {}

        /** The tenant has no such app. */
        record None() implements Choice {}

        /** There is an app, and this worker cannot read it. */
        record Unreadable(PlatformKind platform, long revision, String words) implements Choice {}
    }
}
