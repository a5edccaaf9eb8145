package io.warroom.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A made-up company on one platform: its app with random secrets, its people, and the incident that befalls it. */
final class DemoOrganization {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final String platform;
    private final String title;
    private final ObjectNode app;

    /** A member of the company. {@code mobile} is empty for who gave none; {@code known} is false for who is not on the platform. */
    private record Person(String id, String name, String mobile, boolean known) {}

    private static final List<Person> PEOPLE = List.of(
            new Person("li.wei", "Li Wei 李伟", "+8613800010001", true),
            new Person("chen.jing", "Chen Jing 陈静", "+8613800010002", true),
            new Person("wang.fang", "Wang Fang 王芳", "+8613800010003", true),
            new Person("zhang.min", "Zhang Min 张敏", "+8613800010004", true),
            new Person("liu.yang", "Liu Yang 刘洋", "+8613800010005", true),
            new Person("zhao.lei", "Zhao Lei 赵磊", "+8613800010006", true),
            new Person("anna.keller", "Anna Keller", "+8613800010007", true),
            new Person("tom.hughes", "Tom Hughes", "+8613800010008", true),
            new Person("priya.nair", "Priya Nair", "+8613800010009", true),
            new Person("sun.hao", "Sun Hao 孙浩", "+8613800010010", true),
            new Person("zhou.ping", "Zhou Ping 周平", "", true),
            new Person("marco.rossi", "Marco Rossi", "+8613800019999", false));

    private DemoOrganization(String platform, String title, ObjectNode app) {
        this.platform = platform;
        this.title = title;
        this.app = app;
    }

    static List<DemoOrganization> all() {
        var wecom =
                new DemoOrganization("WECOM", "Checkout returns 502 for one customer in five", JSON.createObjectNode());
        wecom.app.put("enterpriseId", "ww" + secret().substring(0, 16));
        wecom.app.put("enterpriseKey", secret());
        wecom.app.put("addressBookKey", secret());
        wecom.app.put("serviceId", 1000002);
        var dingtalk =
                new DemoOrganization("DINGTALK", "Payment callbacks arrive 20 minutes late", JSON.createObjectNode());
        dingtalk.app.put("clientId", "ding" + secret().substring(0, 16));
        dingtalk.app.put("clientSecret", secret());
        dingtalk.app.put("groupTemplateId", UUID.randomUUID().toString());
        dingtalk.app.put("robotId", "ding" + secret().substring(0, 16));
        dingtalk.app.put("serviceId", 2600001);
        var lark = new DemoOrganization("LARK", "Sign-in is down in cn-east-3", JSON.createObjectNode());
        lark.app.put("appId", "cli_" + secret().substring(0, 16));
        lark.app.put("appSecret", secret());
        return List.of(wecom, dingtalk, lark);
    }

    /**
     * The same companies again, whenever it is asked with the same file.
     *
     * @throws LocalStackException when the file cannot be written, or is not what was written
     */
    static List<DemoOrganization> keptIn(Path file) {
        var fresh = all();
        try {
            if (!Files.exists(file)) {
                var apps = JSON.createObjectNode();
                fresh.forEach(company -> apps.set(company.platform, company.app));
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, apps.toPrettyString());
            }
            var apps = JSON.readTree(Files.readString(file));
            return fresh.stream()
                    .map(company -> new DemoOrganization(
                            company.platform,
                            company.title,
                            apps.required(company.platform).asObject()))
                    .toList();
        } catch (IOException | JacksonException e) {
            throw new LocalStackException("Cannot use " + file + ": " + e.getMessage(), e);
        }
    }

    String platform() {
        return platform;
    }

    String tenant() {
        return "acme-" + platform.toLowerCase(Locale.ROOT);
    }

    String incidentId() {
        return "INC-" + platform + "-1";
    }

    /** What the simulator is told: the organization as the platform knows it. */
    ObjectNode registration() {
        var body = JSON.createObjectNode();
        body.put("platform", platform);
        body.set("app", app.deepCopy());
        var people = body.putArray("people");
        PEOPLE.stream().filter(Person::known).forEach(person -> {
            var entry = people.addObject();
            entry.put("userId", person.id());
            entry.put("name", person.name());
            if (!person.mobile().isEmpty()) {
                entry.put("mobile", person.mobile());
                entry.put("email", email(person));
            }
            entry.put("visible", true);
        });
        return body;
    }

    /** What an administrator sends to enable the app. */
    ObjectNode enabling(String endpoint) {
        var body = app.deepCopy();
        body.put("endpoint", endpoint);
        if (!platform.equals("LARK")) {
            body.put("defaultOwner", PEOPLE.getFirst().id());
        }
        return body;
    }

    /** The incident, with everybody on it, also those whom the platform does not know. */
    ObjectNode incident(Instant now) {
        var incident = JSON.createObjectNode();
        incident.put("tenantId", tenant());
        incident.put("incidentId", incidentId());
        incident.put("title", title);
        incident.put("severity", "P1");
        incident.put("impact", "Orders are being lost");
        incident.put("service", "shop");
        incident.put("declaredAt", now.toString());
        var responders = incident.putArray("responders");
        for (var person : PEOPLE) {
            var responder = responders.addObject();
            responder.put("personId", person.id());
            responder.put("name", person.name());
            if (!person.mobile().isEmpty()) {
                responder.put("mobile", person.mobile());
                responder.put("email", email(person));
            }
            responder.put(
                    "role",
                    switch (responders.size()) {
                        case 1 -> "COMMANDER";
                        case 2 -> "COMMUNICATIONS";
                        default -> "RESPONDER";
                    });
        }
        return incident;
    }

    private String email(Person person) {
        return person.id() + "@" + tenant() + ".example";
    }

    private static String secret() {
        return UUID.randomUUID().toString().replace("-", "");
    }
}
