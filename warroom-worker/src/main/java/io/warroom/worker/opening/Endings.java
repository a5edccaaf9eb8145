package io.warroom.worker.opening;

import io.warroom.platform.App;
import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.Roster;
import java.time.Instant;
import java.util.List;

/** The results of incidents that end without a room, in words that a person can act on. */
final class Endings {

    private Endings() {}

    static Result waitedInVain(Waiting waiting, Instant at) {
        var reason = switch (waiting.reason()) {
            case NO_APP -> Result.Reason.NO_APP;
            case KEY_REJECTED -> Result.Reason.KEY_REJECTED;
            case MISCONFIGURED -> Result.Reason.APP_MISCONFIGURED;
            case QUOTA_EXHAUSTED -> Result.Reason.QUOTA_EXHAUSTED;
            case PEOPLE_NOT_FOUND -> Result.Reason.TOO_FEW_PEOPLE;
            case THROTTLED, TENANT_BUSY, PLATFORM_UNAVAILABLE -> Result.Reason.PLATFORM_UNAVAILABLE;
        };
        return new Result.Failed(
                waiting.incident(),
                waiting.platform(),
                waiting.appRevision(),
                reason,
                waiting.words() + " The incident waited for it until its deadline; declare it again.",
                null,
                List.of(),
                waiting.roomMayExist(),
                at);
    }

    static Result resolvedMeanwhile(Waiting waiting, Instant at) {
        return new Result.Failed(
                waiting.incident(),
                waiting.platform(),
                waiting.appRevision(),
                Result.Reason.RESOLVED,
                "The incident was resolved before its room could be opened. It waited: " + waiting.words(),
                null,
                List.of(),
                waiting.roomMayExist(),
                at);
    }

    static Result.Failed limitExceeded(Waiting waiting, Instant at) {
        return new Result.Failed(
                waiting.incident(),
                waiting.platform(),
                waiting.appRevision(),
                Result.Reason.LIMIT_EXCEEDED,
                "Too many incidents of this tenant wait already, so this one does not. Remove the cause that they wait for,"
                        + " then declare it again. It would have waited: "
                        + waiting.words(),
                null,
                List.of(),
                waiting.roomMayExist(),
                at);
    }

    static Result unpublishable(Incident incident, Instant at) {
        return new Result.Failed(
                incident,
                null,
                null,
                Result.Reason.UNKNOWN,
                "The record of this incident's result is refused by its topic. Ask the operator to set max.message.bytes of"
                        + " the topics as the set-up does; then declare the incident again.",
                null,
                List.of(),
                true, // its room may be what could not be published
                at);
    }

    static Result givenUp(Incident incident, String words, Instant at) {
        return new Result.Failed(
                incident,
                null,
                null,
                Result.Reason.UNKNOWN,
                words + " Tell whoever runs the workers; declare the incident again when that is mended.",
                null,
                List.of(),
                true, // what was done before the worker failed is not known
                at);
    }

    static Result invalid(Incident incident, String detail, Instant at) {
        return new Result.Failed(
                incident,
                null,
                null,
                Result.Reason.INVALID_DECLARATION,
                "The declaration was rejected: " + detail + " Declare the incident again with that corrected.",
                null,
                List.of(),
                false,
                at);
    }

    static Result nobody(Incident incident, App app, Roster roster, boolean roomMayExist, Instant at) {
        return new Result.Failed(
                incident,
                app.platform(),
                app.revision(),
                Result.Reason.TOO_FEW_PEOPLE,
                "None of the incident's people was found on " + app.platform() + " and the app has no default owner."
                        + " Check their mobile numbers and e-mails, or give the app a default owner.",
                null,
                roster.missing(),
                roomMayExist,
                at);
    }

    static Result failed(
            Incident incident, App app, Failure why, List<Missing> missing, boolean roomMayExist, Instant at) {
        var reason = switch (why.kind()) {
            case TOO_FEW_PEOPLE -> Result.Reason.TOO_FEW_PEOPLE;
            case UNREACHABLE, THROTTLED, IN_PROGRESS, TOKEN_REFUSED, KEY_REJECTED, MISCONFIGURED, QUOTA_EXHAUSTED ->
                throw new IllegalArgumentException(why.kind() + " is waited for");
            case REFUSED, ROOM_GONE, UNLISTED -> Result.Reason.REFUSED_BY_PLATFORM;
        };
        return new Result.Failed(
                incident, app.platform(), app.revision(), reason, why.words(), why, missing, roomMayExist, at);
    }
}
