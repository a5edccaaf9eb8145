package io.warroom.worker.opening;

import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Makes the plan of an incident's room: a pure function of the incident, so that every repeat sends the same key and body. */
final class RoomPlans {

    private RoomPlans() {}

    /**
     * Plans the room.
     *
     * @param attempt 1, and one more each time that the room under the last key was found to be foreign or gone
     * @param users owner first
     */
    static RoomPlan plan(Incident incident, int attempt, List<RoomUser> users) {
        return new RoomPlan(
                key(
                        "room",
                        incident.tenantId(),
                        incident.incidentId(),
                        incident.generation() == 1 ? "" + attempt : incident.generation() + "." + attempt),
                marker(incident),
                name(incident.incidentId(), incident.title()),
                users.getFirst().platformUserId(),
                users);
    }

    static String name(String incidentId, String title) {
        return incidentId + " " + title;
    }

    /** Lark's room is found by it: each generation has its own. */
    private static String marker(Incident incident) {
        String first = "Warroom " + incident.tenantId() + "/" + incident.incidentId();
        return incident.generation() == 1 ? first : first + " (" + incident.generation() + ")";
    }

    static String key(String purpose, String tenantId, String incidentId, int generation) {
        return key(purpose, tenantId, incidentId, Integer.toString(generation));
    }

    /** 32 hexadecimal characters, the most that WeCom takes as a chatid: half of a SHA-256 is ample against collisions. */
    private static String key(String purpose, String tenantId, String incidentId, String number) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(purpose, tenantId, incidentId, number)) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
