package io.warroom.simulator.page;

import io.warroom.simulator.witness.Call;
import io.warroom.simulator.witness.Fault;
import io.warroom.simulator.witness.Faults;
import io.warroom.simulator.witness.Platform;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Faults as the switchboard shows them, and what its form asks {@code /sim/v1/faults} for. */
final class FaultForm {
    private static final BigDecimal HUNDRED = new BigDecimal(100);
    private static final BigDecimal THOUSAND = new BigDecimal(1000);
    private static final String USUAL_LATENCY = "2000";
    private static final List<String> FIELDS = List.of(
            "kind",
            "whose",
            "platform",
            "endpoint",
            "share",
            "times",
            "after",
            "for",
            "millis",
            "shape",
            "low",
            "high",
            "acts",
            "code",
            "location",
            "bytes",
            "seed");

    private final Words words;

    /** What kinds do, by which the form orders them. */
    private enum Group {
        SLOW,
        CUT,
        GATEWAY,
        PLATFORM,
        BODY
    }

    record Choices(String label, List<Choice> choices) {}

    record Choice(String value, String label, boolean chosen) {}

    record Row(long id, String kind, String scope, String how, String hits, String left, boolean over) {}

    FaultForm(Words words) {
        this.words = words;
    }

    /** Gives what the form's fields hold; empty for a fresh one. */
    static Map<String, String> values(Call form) {
        Map<String, String> values = new LinkedHashMap<>();
        FIELDS.forEach(field -> values.put(field, form.text(field)));
        return values;
    }

    List<Choices> kinds(String chosen) {
        return Arrays.stream(Group.values())
                .map(group -> new Choices(
                        words.say("group" + group),
                        Arrays.stream(Fault.Kind.values())
                                .filter(kind -> group(kind) == group)
                                .map(kind -> new Choice(
                                        kind.name(),
                                        words.say("kind" + kind),
                                        kind.name()
                                                .equals(chosen.isEmpty() ? Fault.Kind.HTTP_503_JSON.name() : chosen)))
                                .toList()))
                .toList();
    }

    private static Group group(Fault.Kind kind) {
        return switch (kind) {
            case LATENCY, DRIP, HANG -> Group.SLOW;
            case RESET_BEFORE, RESET_WITHIN, RESET_AFTER -> Group.CUT;
            case HTTP_500, HTTP_502_HTML, HTTP_503_JSON, REDIRECT -> Group.GATEWAY;
            case THROTTLED, REFUSED, TOKEN_REVOKED -> Group.PLATFORM;
            case WRONG_TYPE, TRUNCATED_JSON, WRONG_BODY, OVERSIZED -> Group.BODY;
        };
    }

    Row row(Faults.Standing standing) {
        Fault fault = standing.fault();
        boolean counted = fault.times() < Integer.MAX_VALUE;
        return new Row(
                standing.id(),
                words.say("kind" + fault.kind()),
                Stream.of(
                                fault.tenant() == null ? words.say("everybody") : fault.tenant(),
                                fault.platform() == null
                                        ? words.say("everyPlatform")
                                        : words.say("platform" + fault.platform()),
                                fault.endpoint() == null ? words.say("everyEndpoint") : fault.endpoint())
                        .collect(Collectors.joining(" · ")),
                how(fault),
                words.say("hits", standing.hits()),
                counted ? words.say("left", standing.left()) : "",
                counted && standing.left() <= 0);
    }

    private String how(Fault fault) {
        List<String> how = new ArrayList<>();
        if (fault.share() < 1) {
            how.add(words.say(
                    "shareOf",
                    BigDecimal.valueOf(fault.share())
                            .multiply(HUNDRED)
                            .stripTrailingZeros()
                            .toPlainString()));
        }
        if (fault.latency().high() > 0) {
            how.add(words.say(
                    "late" + fault.latency().shape(),
                    fault.latency().low(),
                    fault.latency().high()));
        }
        if (!fault.code().isEmpty()) {
            how.add(words.say("byCode", fault.code()));
        }
        if (fault.until() != null) {
            how.add(words.say("until", Phones.at(fault.until()).clock()));
        }
        return String.join(" · ", how);
    }

    /** Gives the body that asks for the fault; what is no number is passed on for the contract to refuse. */
    static ObjectNode body(Map<String, String> values) {
        ObjectNode fault = JsonNodeFactory.instance.objectNode();
        Fault.Kind kind = Arrays.stream(Fault.Kind.values())
                .filter(one -> one.name().equals(values.get("kind")))
                .findFirst()
                .orElse(null);
        fault.put("kind", values.getOrDefault("kind", ""));
        text(fault, "tenant", values.get("whose"));
        text(fault, "platform", values.get("platform"));
        text(fault, "endpoint", values.get("endpoint"));
        number(fault, "share", values.get("share"), new BigDecimal("0.01"));
        number(fault, "times", values.get("times"), BigDecimal.ONE);
        number(fault, "afterMillis", values.get("after"), THOUSAND);
        number(fault, "forMillis", values.get("for"), THOUSAND);
        if (kind != null) {
            ofKind(fault, kind, values);
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("faults").add(fault);
        number(body, "seed", values.get("seed"), BigDecimal.ONE);
        return body;
    }

    /** What was filled in for another kind, and is out of sight, is left out. */
    private static void ofKind(ObjectNode fault, Fault.Kind kind, Map<String, String> values) {
        switch (kind) {
            case LATENCY, DRIP, HANG -> latency(fault, kind, values);
            case REFUSED -> text(fault, "code", values.get("code"));
            case REDIRECT -> text(fault, "location", values.get("location"));
            case OVERSIZED -> number(fault, "bytes", values.get("bytes"), BigDecimal.ONE);
            case RESET_BEFORE,
                    RESET_AFTER,
                    RESET_WITHIN,
                    HTTP_500,
                    HTTP_502_HTML,
                    HTTP_503_JSON,
                    THROTTLED,
                    TOKEN_REVOKED,
                    WRONG_TYPE,
                    TRUNCATED_JSON,
                    WRONG_BODY -> {}
        }
        if (kind.mayChoose() && !values.getOrDefault("acts", "").isEmpty()) {
            fault.put("acts", "true".equals(values.get("acts")));
        }
    }

    private static void latency(ObjectNode fault, Fault.Kind kind, Map<String, String> values) {
        String shape = values.getOrDefault("shape", "");
        String millis = values.getOrDefault("millis", "");
        if (shape.equals("UNIFORM") || shape.equals("LOGNORMAL")) {
            ObjectNode latency = fault.putObject("latency");
            latency.put("shape", shape);
            number(latency, shape.equals("UNIFORM") ? "minMillis" : "p50Millis", values.get("low"), BigDecimal.ONE);
            number(latency, shape.equals("UNIFORM") ? "maxMillis" : "p99Millis", values.get("high"), BigDecimal.ONE);
        } else {
            number(
                    fault,
                    "millis",
                    millis.isEmpty() && kind == Fault.Kind.LATENCY ? USUAL_LATENCY : millis,
                    BigDecimal.ONE);
        }
    }

    private static void text(ObjectNode node, String name, @Nullable String value) {
        if (value != null && !value.isBlank()) {
            node.put(name, value.strip());
        }
    }

    private static void number(ObjectNode node, String name, @Nullable String value, BigDecimal unit) {
        if (value == null || value.isBlank()) {
            return;
        }
        if (value.strip().matches("-?\\d{1,12}(\\.\\d{1,9})?")) {
            BigDecimal number = new BigDecimal(value.strip()).multiply(unit).stripTrailingZeros();
            if (number.scale() <= 0) {
                node.put(name, number.longValueExact());
            } else {
                node.put(name, number);
            }
        } else {
            node.put(name, value.strip());
        }
    }

    List<Choice> platforms(String chosen) {
        return Arrays.stream(Platform.values())
                .map(platform -> new Choice(
                        platform.name(),
                        words.say("platform" + platform),
                        platform.name().equals(chosen)))
                .toList();
    }
}
