package io.warroom.worker.opening;

import io.warroom.platform.PlatformKind;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An incident that cannot be opened now and may be later.
 *
 * @param words why, for people: what happened and what to do
 * @param platform that was tried; null when there was none to try
 * @param appRevision of the app that was tried; null when there was none
 * @param attempts how often opening was tried; 0 for what stands in its tenant's line, or was declared anew meanwhile
 * @param nextTryAt not before, unless what it waits for has come
 * @param deadline still waiting then, it fails
 * @param roomMayExist a create was sent and never answered: look before anything is created
 * @param pending what its room is to be told when it is open; null when nothing is
 */
public record Waiting(
        Incident incident,
        Reason reason,
        String words,
        @Nullable PlatformKind platform,
        @Nullable Long appRevision,
        int attempts,
        Instant nextTryAt,
        Instant deadline,
        boolean roomMayExist,
        FollowUp.@Nullable Pending pending) {

    /** With one more thing to tell the room. */
    Waiting plus(FollowUp one) {
        return with(FollowUp.Pending.plus(pending, one));
    }

    /** The same, with its times so much earlier. */
    public Waiting earlier(Duration by) {
        return new Waiting(
                incident,
                reason,
                words,
                platform,
                appRevision,
                attempts,
                nextTryAt.minus(by),
                deadline.minus(by),
                roomMayExist,
                pending);
    }

    Waiting with(FollowUp.@Nullable Pending toTell) {
        return new Waiting(
                incident, reason, words, platform, appRevision, attempts, nextTryAt, deadline, roomMayExist, toTell);
    }

    /** What it waits for. */
    public enum Reason {
        /** The tenant's app to be enabled. */
        NO_APP(true),
        /** The app's key to be changed. */
        KEY_REJECTED(true),
        /** An administrator to mend the app's set-up, here or on the platform. */
        MISCONFIGURED(true),
        /** The platform's next period, or more calls that the tenant buys. */
        QUOTA_EXHAUSTED(true),
        /** The platform to let the next call through. */
        THROTTLED(false),
        /** The platform to look up more of the incident's people. */
        PEOPLE_NOT_FOUND(false),
        /** Other incidents of the tenant, which has as many in flight as it may. */
        TENANT_BUSY(false),
        /** The platform to answer. */
        PLATFORM_UNAVAILABLE(false);

        private final boolean forPeople;

        Reason(boolean forPeople) {
            this.forPeople = forPeople;
        }

        /** Whether somebody must do something: trying again by time is of no use. */
        public boolean waitsForPeople() {
            return forPeople;
        }
    }
}
