package io.warroom.worker.opening;

import io.warroom.platform.Missing;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.Room;
import io.warroom.platform.RoomUser;
import io.warroom.worker.opening.FollowUp.Update;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A room as its last result tells it.
 *
 * @param appRevision of the app that opened it
 * @param updateDigests of the updates that it was told, oldest first
 * @param messages what was said in it, oldest first: the newest, as many as a result carries
 * @param briefed whether its first message is in it, was refused, or was given up
 * @param generation which room of the incident
 * @param updateTimes when updates set its fields
 */
public record OpenRoom(
        String tenantId,
        String incidentId,
        PlatformKind platform,
        long appRevision,
        String roomId,
        String roomName,
        List<RoomUser> members,
        List<Missing> missing,
        Instant declaredAt,
        Instant openedAt,
        List<Long> updateDigests,
        List<Message> messages,
        boolean briefed,
        int generation,
        UpdateTimes updateTimes) {

    /** As many as one declaration may name. */
    private static final int MOST_MISSING = 1_000;

    /** As many as a WeCom group takes (appchat/create); whoever joins a larger room is in it, and not in its record. */
    private static final int MOST_MEMBERS = 2_000;

    private static final int MOST_MESSAGES = 20;

    /** Of all messages together: with everybody in it and missing, the result stays a record. */
    private static final int MOST_CHARACTERS = 100_000;

    public OpenRoom {
        members = List.copyOf(members);
        missing = List.copyOf(missing);
        updateDigests = List.copyOf(updateDigests);
        messages = List.copyOf(messages);
    }

    /** An incident's first room, whose fields no update has set. */
    public OpenRoom(
            String tenantId,
            String incidentId,
            PlatformKind platform,
            long appRevision,
            String roomId,
            String roomName,
            List<RoomUser> members,
            List<Missing> missing,
            Instant declaredAt,
            Instant openedAt,
            List<Long> updateDigests,
            List<Message> messages,
            boolean briefed) {
        this(
                tenantId,
                incidentId,
                platform,
                appRevision,
                roomId,
                roomName,
                members,
                missing,
                declaredAt,
                openedAt,
                updateDigests,
                messages,
                briefed,
                1,
                UpdateTimes.NONE);
    }

    /** As the platform's client knows it, with no member taken for granted: each one is asked of the platform. */
    Room ofUnknownMembers() {
        return new Room(roomId, roomName, Set.of());
    }

    /** Its first message was refused or given up, or perhaps never arrived. */
    boolean isSilent() {
        return messages.stream().anyMatch(OpenRoom::isUnsentFirst);
    }

    private static boolean isUnsentFirst(Message message) {
        return message.kind() == Message.Kind.FIRST && message.state() != Message.State.SENT;
    }

    /** As the platform's client knows it. */
    Room onPlatform() {
        return new Room(
                roomId, roomName, members.stream().map(RoomUser::platformUserId).collect(Collectors.toSet()));
    }

    boolean wasTold(Update update) {
        return updateDigests.containsAll(update.digests());
    }

    /** After an update: who joined is missing no longer, and who is missing is a member no longer. */
    OpenRoom told(Update update, String name, List<RoomUser> joined, List<Missing> stillMissing) {
        var in = new HashSet<String>();
        joined.forEach(user -> in.add(user.person().personId()));
        stillMissing.forEach(one -> in.add(one.person().personId()));
        var now = new ArrayList<>(members.stream()
                .filter(member -> !in.contains(member.person().personId()))
                .toList());
        now.addAll(joined);
        var absent = new ArrayList<>(missing.stream()
                .filter(one -> !in.contains(one.person().personId()))
                .toList());
        absent.addAll(stillMissing);
        // The newest: however many are named and never found, the result stays a record.
        var newest = absent.subList(Math.max(0, absent.size() - MOST_MISSING), absent.size());
        var first = now.subList(0, Math.min(now.size(), MOST_MEMBERS));
        var digests = new ArrayList<>(updateDigests);
        update.digests().stream().filter(one -> !updateDigests.contains(one)).forEach(digests::add);
        return new OpenRoom(
                tenantId,
                incidentId,
                platform,
                appRevision,
                roomId,
                name,
                first,
                newest,
                declaredAt,
                openedAt,
                Update.newest(digests),
                messages,
                briefed,
                generation,
                updateTimes.after(update));
    }

    /** The same with or without its first message. */
    public OpenRoom withFirstMessage(boolean is) {
        return with(messages, is);
    }

    /** The same after a message; it has its first message then. A first message that was not sent stays until it is. */
    public OpenRoom with(Message message) {
        var said = new ArrayList<>(messages);
        if (message.kind() == Message.Kind.FIRST) {
            said.removeIf(OpenRoom::isUnsentFirst);
        }
        said.add(message);
        while (said.size() > MOST_MESSAGES
                || said.stream().mapToInt(one -> one.text().length()).sum() > MOST_CHARACTERS) {
            said.remove(isUnsentFirst(said.getFirst()) ? 1 : 0);
        }
        return with(said, true);
    }

    private OpenRoom with(List<Message> said, boolean hasFirst) {
        return new OpenRoom(
                tenantId,
                incidentId,
                platform,
                appRevision,
                roomId,
                roomName,
                members,
                missing,
                declaredAt,
                openedAt,
                updateDigests,
                said,
                hasFirst,
                generation,
                updateTimes);
    }
}
