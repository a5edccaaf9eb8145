package io.warroom.worker.directory;

import io.warroom.platform.PlatformKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The last known state of a tenant's apps, deleted ones included. Immutable. Most tenants have had one app: its state is all of
 * it then, because there are millions.
 */
sealed interface TenantApps permits AppState, SeveralApps {

    /** The app on the platform, enabled or deleted; null when it was never heard of. */
    @Nullable
    AppState on(PlatformKind platform);

    /** The enabled app with the greatest activation; null when none is enabled. */
    @Nullable
    AppState active();

    /** With the state in place of an older one of its platform; these, when they know a newer one. */
    TenantApps with(AppState state);

    /** Every platform's. */
    Set<AppState> all();
}
