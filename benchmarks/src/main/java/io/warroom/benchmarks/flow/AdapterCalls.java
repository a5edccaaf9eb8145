package io.warroom.benchmarks.flow;

import io.warroom.platform.App;
import io.warroom.platform.Briefing;
import io.warroom.platform.ChatPlatform;
import io.warroom.platform.ChatPlatforms;
import io.warroom.platform.Credentials;
import io.warroom.platform.Outcome;
import io.warroom.platform.Person;
import io.warroom.platform.PlatformKind;
import io.warroom.platform.PlatformSettings;
import io.warroom.platform.RoomPlan;
import io.warroom.platform.RoomUser;
import io.warroom.platform.Secret;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** The calls of openings through the product's own client of Lark: the adapter alone, no Kafka. */
final class AdapterCalls {

    private AdapterCalls() {}

    /** The platform's base URL, how many openings, how many at once. */
    public static void main(String[] arguments) throws InterruptedException {
        var platforms =
                new ChatPlatforms(PlatformSettings.defaults().allowing(List.of(arguments[0])), Clock.systemUTC());
        var lark = Objects.requireNonNull(platforms.byKind().get(PlatformKind.LARK));
        var people = LarkCalls.PEOPLE.stream()
                .map(id -> new RoomUser(new Person(id, id, Person.Role.RESPONDER, id, null, null), id))
                .toList();
        BareClient.openAll(
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                number -> open(lark, arguments[0], number, people));
    }

    private static void open(ChatPlatform lark, String url, int number, List<RoomUser> people) {
        var tenant = "tenant-" + number % Scene.TENANTS;
        var incident = "INC-" + number;
        var app = new App(
                tenant,
                PlatformKind.LARK,
                1,
                url,
                null,
                new Credentials.Lark(Scene.appId(tenant), Secret.of(Scene.SECRET)));
        var room = done(lark.create(
                app,
                new RoomPlan(
                        Integer.toHexString(number),
                        "Warroom " + tenant + "/" + incident,
                        incident + " " + LarkCalls.TITLE,
                        "u1",
                        people)));
        done(lark.admit(app, room, people));
        done(lark.post(
                app,
                room,
                new Briefing(
                        Integer.toHexString(number),
                        incident,
                        LarkCalls.TITLE,
                        "P1",
                        null,
                        null,
                        null,
                        null,
                        Instant.ofEpochSecond(1_700_000_000),
                        people.stream().map(RoomUser::person).toList(),
                        List.of(),
                        List.of())));
    }

    private static <T> T done(Outcome<T> outcome) {
        if (outcome instanceof Outcome.Done<T>(var value)) {
            return value;
        }
        throw new IllegalStateException("not done: " + outcome);
    }
}
