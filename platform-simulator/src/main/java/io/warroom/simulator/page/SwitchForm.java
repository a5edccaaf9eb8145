package io.warroom.simulator.page;

import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Json;
import io.warroom.simulator.witness.Platform;
import io.warroom.simulator.witness.Switches;
import io.warroom.simulator.witness.Unsettled;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A platform's switches as a form, made from what {@link Switches} holds and {@link Unsettled} lists, so that a new one is on the
 * page at once: on the phones that {@code switches.properties} names for it, or that it is open for.
 */
final class SwitchForm {
    private static final Map<String, String> ABOUT = Words.read("switches.properties");

    private final Words words;

    /** One switch; of {@code flag}, {@code choices} and neither of them says how it is set. */
    record Field(
            String id,
            String name,
            String label,
            boolean flag,
            boolean on,
            boolean choice,
            List<FaultForm.Choice> choices,
            boolean entry,
            String value,
            boolean number,
            boolean changed) {}

    record Form(Platform platform, String name, String tenantId, List<Field> fields, String changed) {}

    SwitchForm(Words words) {
        this.words = words;
    }

    Form form(Snapshot.Setting setting) {
        JsonNode now = Json.object(Json.bytes(setting.switches().on(setting.platform())));
        JsonNode usual = Json.object(Json.bytes(Switches.defaults().on(setting.platform())));
        List<Field> fields = Stream.concat(
                        of(setting.platform()).map(component -> field(setting.platform(), component, now, usual)),
                        open(setting.platform()).map(open -> field(setting.platform(), open, now, usual)))
                .toList();
        long changed = fields.stream().filter(Field::changed).count();
        return new Form(
                setting.platform(),
                words.say("platform" + setting.platform()),
                setting.tenantId(),
                fields,
                changed == 0 ? "" : words.say("changedSwitches", changed));
    }

    private Field field(Platform platform, RecordComponent component, JsonNode all, JsonNode usual) {
        String name = component.getName();
        JsonNode now = all.path(name);
        boolean flag = component.getType() == boolean.class;
        boolean choice = component.getType().isEnum();
        return new Field(
                platform + "-" + name,
                name,
                words.find("switch_" + name, spelt(name)),
                flag,
                flag && now.asBoolean(),
                choice,
                choice ? choices(component.getType(), now.asString()) : List.of(),
                !flag && !choice,
                now.isArray() ? texts(now).collect(Collectors.joining(" ")) : now.asString(""),
                component.getType() == int.class,
                !now.equals(usual.path(name)));
    }

    private Field field(Platform platform, Unsettled open, JsonNode all, JsonNode usual) {
        String name = open.title();
        String now = all.path(name).asString("");
        return new Field(
                platform + "-" + name,
                name,
                words.find("switch_" + name, spelt(name)),
                false,
                false,
                true,
                open.positions(platform).stream().map(way -> choice(way, now)).toList(),
                false,
                now,
                false,
                !all.path(name).equals(usual.path(name)));
    }

    private FaultForm.Choice choice(String value, String now) {
        return new FaultForm.Choice(value, words.find("choice_" + value, spelt(value)), value.equals(now));
    }

    private static Stream<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asString);
    }

    private List<FaultForm.Choice> choices(Class<?> type, String now) {
        return Arrays.stream(type.getEnumConstants())
                .map(String::valueOf)
                .map(value -> choice(value, now))
                .toList();
    }

    /** Gives the body that switches as the form says. */
    static ObjectNode body(Platform platform, Call form) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        of(platform).forEach(component -> {
            String name = component.getName();
            String value = form.text(name).strip();
            if (component.getType() == boolean.class) {
                body.put(name, !value.isEmpty());
            } else if (component.getType() == Set.class) {
                ArrayNode texts = body.putArray(name);
                Stream.of(value.split("[,\\s]+", -1))
                        .filter(text -> !text.isEmpty())
                        .forEach(texts::add);
            } else if (component.getType() == int.class && value.matches("\\d{1,9}")) {
                body.put(name, Integer.parseInt(value));
            } else if (!value.isEmpty()) {
                body.put(name, value);
            }
        });
        open(platform).map(Unsettled::title).forEach(name -> {
            String value = form.text(name).strip();
            if (!value.isEmpty()) {
                body.put(name, value);
            }
        });
        return body;
    }

    /** Gives the body that switches everything back. */
    static JsonNode defaults(Platform platform) {
        return Json.object(Json.bytes(Switches.defaults().on(platform)));
    }

    private static Stream<Unsettled> open(Platform platform) {
        return Arrays.stream(Unsettled.values())
                .filter(open -> !open.positions(platform).isEmpty());
    }

    private static Stream<RecordComponent> of(Platform platform) {
        return Arrays.stream(Switches.class.getRecordComponents()).filter(component -> {
            if (component.getType() == Map.class) {
                return false; // what is open has fields of its own
            }
            List<String> platforms = platforms(component.getName());
            return platforms.isEmpty() || platforms.contains(platform.name());
        });
    }

    private static List<String> platforms(String name) {
        String said = ABOUT.getOrDefault(name + ".platforms", "");
        return said.isEmpty() ? List.of() : List.of(said.split(" ", -1));
    }

    /** {@code unknownChat} and {@code NEW_ROOM} as words, for what has none of its own. */
    private static String spelt(String name) {
        String lower = name.contains("_") || name.equals(name.toUpperCase(Locale.ROOT))
                ? name.replace('_', ' ').toLowerCase(Locale.ROOT)
                : name.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return lower.substring(0, 1).toUpperCase(Locale.ROOT) + lower.substring(1);
    }
}
