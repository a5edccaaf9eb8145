package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.Failure;
import java.time.Instant;

/** Tells administrators how an app fares, when that changes. */
public interface AppHealth {

    /** The platform rejected this app's key: it is not tried again at this revision. */
    void keyRejected(App app, Failure why, Instant at);

    /** An app whose key was rejected before works at this revision. */
    void healthy(App app, Instant at);
}
