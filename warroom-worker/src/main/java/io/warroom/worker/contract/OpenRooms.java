package io.warroom.worker.contract;

import io.warroom.event.MissingMember;
import io.warroom.event.MissingReason;
import io.warroom.event.RoomMember;
import io.warroom.event.WarRoomOpened;
import io.warroom.platform.Missing;
import io.warroom.platform.Person;
import io.warroom.platform.RoomUser;
import io.warroom.worker.opening.OpenRoom;
import io.warroom.worker.opening.UpdateTimes;
import java.util.List;
import java.util.Optional;

/** Between the contract's opened room and the domain's, both ways. */
public final class OpenRooms {

    /** A header that marks the result of a room which has not had its first message. */
    public static final String UNBRIEFED = "warroom-unbriefed";

    /** A header of a closed room's result: resolvedAt of its resolution, in decimal milliseconds since 1970. */
    public static final String RESOLVED_AT = "warroom-resolved-at";

    private OpenRooms() {}

    /** Empty when no chat was asked for, or on a platform that is newer than this worker. As if it had its first message. */
    public static Optional<OpenRoom> of(WarRoomOpened opened) {
        var platform = Platforms.kind(opened.getPlatform());
        var roomId = opened.getRoomId();
        var roomName = opened.getRoomName();
        var revision = opened.getAppRevision();
        if (platform == null || roomId == null || roomName == null || revision == null) {
            return Optional.empty();
        }
        return Optional.of(new OpenRoom(
                opened.getTenantId(),
                opened.getIncidentId(),
                platform,
                revision,
                roomId,
                roomName,
                opened.getMembers().stream()
                        .map(member -> new RoomUser(
                                new Person(
                                        member.getPersonId(),
                                        member.getName(),
                                        Roles.of(member.getRole()),
                                        member.getPlatformUserId(),
                                        null,
                                        null),
                                member.getPlatformUserId()))
                        .toList(),
                opened.getMissing().stream().map(OpenRooms::missing).toList(),
                opened.getDeclaredAt(),
                opened.getOpenedAt(),
                opened.getUpdateDigests(),
                opened.getMessages().stream().map(RoomMessages::of).toList(),
                true,
                opened.getGeneration(),
                new UpdateTimes(
                        opened.getTitleUpdatedAt(), opened.getSeverityUpdatedAt(), opened.getImpactUpdatedAt())));
    }

    /** @param eventId the same for every repeat of this event */
    public static WarRoomOpened event(OpenRoom room, String eventId) {
        return WarRoomOpened.newBuilder()
                .setEventId(eventId)
                .setTenantId(room.tenantId())
                .setIncidentId(room.incidentId())
                .setPlatform(Platforms.event(room.platform()))
                .setRoomId(room.roomId())
                .setRoomName(room.roomName())
                .setAppRevision(room.appRevision())
                .setMembers(room.members().stream()
                        .map(member -> RoomMember.newBuilder()
                                .setPersonId(member.person().personId())
                                .setName(member.person().name())
                                .setPlatformUserId(member.platformUserId())
                                .setRole(Roles.event(member.person().role()))
                                .build())
                        .toList())
                .setMissing(missing(room.missing()))
                .setDeclaredAt(room.declaredAt())
                .setOpenedAt(room.openedAt())
                .setUpdateDigests(room.updateDigests())
                .setGeneration(room.generation())
                .setTitleUpdatedAt(room.updateTimes().title())
                .setSeverityUpdatedAt(room.updateTimes().severity())
                .setImpactUpdatedAt(room.updateTimes().impact())
                .setMessages(room.messages().stream().map(RoomMessages::event).toList())
                .build();
    }

    /** Who is missing, with the reason. */
    public static List<MissingMember> missing(List<Missing> missing) {
        return missing.stream()
                .map(one -> MissingMember.newBuilder()
                        .setPersonId(one.person().personId())
                        .setName(one.person().name())
                        .setReason(
                                switch (one.reason()) {
                                    case NO_CONTACT -> MissingReason.NO_CONTACT;
                                    case NOT_FOUND -> MissingReason.NOT_FOUND;
                                    case OUT_OF_APP_RANGE -> MissingReason.OUT_OF_APP_RANGE;
                                    case REFUSED -> MissingReason.REFUSED;
                                    case RESIGNED -> MissingReason.RESIGNED;
                                    case ROOM_FULL -> MissingReason.ROOM_FULL;
                                    case LOOKUP_FAILED -> MissingReason.LOOKUP_FAILED;
                                })
                        .setDetail(one.detail())
                        .build())
                .toList();
    }

    private static Missing missing(MissingMember member) {
        return new Missing(
                new Person(member.getPersonId(), member.getName(), Person.Role.RESPONDER, null, null, null),
                switch (member.getReason()) {
                    case NO_CONTACT -> Missing.Reason.NO_CONTACT;
                    case NOT_FOUND -> Missing.Reason.NOT_FOUND;
                    case OUT_OF_APP_RANGE -> Missing.Reason.OUT_OF_APP_RANGE;
                    case REFUSED -> Missing.Reason.REFUSED;
                    case RESIGNED -> Missing.Reason.RESIGNED;
                    case ROOM_FULL -> Missing.Reason.ROOM_FULL;
                    // A newer worker's reason: whatever it was, the person is not in.
                    case LOOKUP_FAILED, UNKNOWN -> Missing.Reason.LOOKUP_FAILED;
                },
                member.getDetail());
    }
}
