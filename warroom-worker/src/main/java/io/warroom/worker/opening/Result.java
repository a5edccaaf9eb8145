package io.warroom.worker.opening;

import io.warroom.platform.Failure;
import io.warroom.platform.Missing;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.RoomUser;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How an incident ended. */
public sealed interface Result {

    Incident incident();

    /** The room is open. */
    record Opened(
            Incident incident,
            PlatformKind platform,
            long appRevision,
            String roomId,
            String roomName,
            List<RoomUser> members,
            List<Missing> missing,
            Instant at)
            implements Result {

        /** The room as it stands then: without its first message. */
        public OpenRoom room() {
            return new OpenRoom(
                    incident.tenantId(),
                    incident.incidentId(),
                    platform,
                    appRevision,
                    roomId,
                    roomName,
                    members,
                    missing,
                    incident.declaredAt(),
                    at,
                    List.of(),
                    List.of(),
                    false,
                    incident.generation(),
                    UpdateTimes.NONE);
        }
    }

    /** No chat was asked for, and none was opened. */
    record WithoutChat(Incident incident, Instant at) implements Result {}

    /**
     * There is no room.
     *
     * @param roomMayExist a create was sent and never answered: the next declaration looks the room up first
     */
    record Failed(
            Incident incident,
            @Nullable PlatformKind platform,
            @Nullable Long appRevision,
            Reason reason,
            String words,
            @Nullable Failure failure,
            List<Missing> missing,
            boolean roomMayExist,
            Instant at)
            implements Result {}

    /** Why there is no room, for programs. */
    enum Reason {
        NO_APP,
        KEY_REJECTED,
        APP_MISCONFIGURED,
        TOO_FEW_PEOPLE,
        REFUSED_BY_PLATFORM,
        QUOTA_EXHAUSTED,
        PLATFORM_UNAVAILABLE,
        RESOLVED,
        /** The tenant has as many waiting incidents, or bytes of them, as it may. */
        LIMIT_EXCEEDED,
        /** The declaration named its tenant and incident, and could not be accepted. */
        INVALID_DECLARATION,
        /** The worker failed at it; what is known of why is in the words. */
        UNKNOWN
    }
}
