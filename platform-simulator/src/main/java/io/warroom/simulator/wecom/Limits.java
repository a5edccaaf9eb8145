package io.warroom.simulator.wecom;

import io.warroom.simulator.witness.Journal;
import io.warroom.simulator.witness.Org;
import io.warroom.simulator.witness.Room;
import io.warroom.simulator.witness.Unsettled;
import io.warroom.simulator.witness.Webhook;
import io.warroom.simulator.witness.World;
import java.time.Duration;

/** What an enterprise may do: path/90454 (2023-08-28), 90245, 98913 and 90248; the figures of a small enterprise. */
final class Limits {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);

    private static final Duration DAY = Duration.ofDays(1);
    private static final String MISSED = "missed by ";

    private final World world;

    Limits(World world) {
        this.world = world;
    }

    /** Takes a call of an API. */
    boolean take(Org org, String endpoint) {
        return take(org, endpoint, 1, 10_000, MINUTE)
                && take(org, endpoint, 1, 150_000, HOUR)
                && (!endpoint.equals("appchat/update") || take(org, "groups changed", 1, 1_000, HOUR));
    }

    /** Takes a call of an API by an address, which all tenants behind it share. */
    boolean takeFrom(String address, String endpoint) {
        String what = "wecom " + address + " " + endpoint;
        return world.addresses.take(world.now(), what, 1, 20_000, MINUTE).isZero()
                && world.addresses.take(world.now(), what, 1, 600_000, HOUR).isZero();
    }

    /** Takes a call with {@code debug=1}, of which an interface takes five a minute (error table, 45009). */
    boolean takeDebugging(Org org, String endpoint) {
        return take(org, "debugged " + endpoint, 1, 5, MINUTE);
    }

    /** Takes a push to so many people, of which an app has 200 a day for each head the enterprise may have (path/90236). */
    boolean takePushes(Org org, int people) {
        return org.meter.takeToday(world.now(), "pushed", people, org.switches.headcountCap() * 200);
    }

    /** Takes a group that is made. */
    boolean takeGroup(Org org) {
        return org.meter.takeToday(world.now(), "groups made", 1_000);
    }

    /** Takes a message, which counts once for each member. */
    boolean takeMessage(Org org, Room room) {
        int people = room.members.size();
        return take(org, "messages", people, 20_000, MINUTE)
                && take(org, "messages", people, org.number(Unsettled.MESSAGES_AN_HOUR), HOUR);
    }

    /** Says whether anybody gets the message: what is beyond a member's share is dropped and still answered with success. */
    boolean reachesAnybody(Org org, Room room) {
        boolean anybody = false;
        for (String member : room.members) {
            boolean reached = take(org, "to " + member, 1, 200, MINUTE)
                    && org.meter.takeToday(world.now(), "to " + member, 10_000);
            if (!reached) {
                world.drop(
                        org,
                        "appchat/send",
                        "the member has had 200 messages of the app in a minute or 10000 in a day",
                        member);
            }
            anybody |= reached;
        }
        return anybody;
    }

    /** Says whether a person gets another message of the app's own, which is dropped otherwise (path/90236). */
    boolean reaches(Org org, String userId) {
        boolean reached =
                take(org, "directly to " + userId, 1, 30, MINUTE) && take(org, "directly to " + userId, 1, 1_000, HOUR);
        if (!reached) {
            world.drop(org, "message/send", "the member has had 30 messages in a minute or 1000 in an hour", userId);
        }
        return reached;
    }

    /** Says whether look-ups by the endpoint are blocked because too many missed (path/96267, 96268, 2025-08-29). */
    boolean lookUpsBlocked(Org org, String endpoint) {
        return org.switches.limits() && org.meter.isBlocked(world.now(), MISSED + endpoint, DAY);
    }

    /** Counts a look-up that missed: beyond a fifth of the headcount cap, look-ups are blocked for a day. */
    void missed(Org org, String endpoint) {
        int most = org.switches.headcountCap() / 5;
        if (!take(org, MISSED + endpoint, 1, most, DAY)) {
            world.violation(org, Journal.Offence.LOOKUP_MISSES, endpoint + ", more than " + most);
        }
    }

    /** Takes a message of a group's robot (path/99110). */
    boolean takeRobotMessage(Webhook webhook) {
        Org org = webhook.room.org;
        return org.goes(Unsettled.ROBOT_MINUTE, "SLIDING")
                ? org.meter.takeSliding(world.now(), "robot " + webhook.key, 20, MINUTE)
                : take(org, "robot " + webhook.key, 1, 20, MINUTE);
    }

    private boolean take(Org org, String what, int amount, int most, Duration length) {
        return org.meter.take(world.now(), what, amount, most, length).isZero();
    }
}
