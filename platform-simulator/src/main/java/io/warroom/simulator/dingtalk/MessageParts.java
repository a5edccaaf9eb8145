package io.warroom.simulator.dingtalk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What the messages of a type must hold (group-template-robot-message, robot-message-type, message-types-and-data-format). */
final class MessageParts {
    /** By {@code msg_template_id}. */
    private static final Map<String, List<String>> OF_TEMPLATES = Map.of(
            "inner_app_template_text", List.of("content"),
            "inner_app_template_markdown", List.of("title", "markdown_content"),
            "inner_app_template_photo", List.of(),
            "inner_app_template_action_card", List.of("title", "markdown"));

    /** By {@code msgKey}. */
    private static final Map<String, List<String>> OF_KEYS = keys();

    /** By {@code msgtype}; a notification's card and a robot's have the parts of {@link #hasParts} besides. */
    private static final Map<String, List<String>> OF_TYPES = Map.of(
            "text", List.of("content"),
            "markdown", List.of("title", "text"),
            "link", List.of("title", "text", "messageUrl"),
            "action_card", List.of("markdown"),
            "actionCard", List.of("title", "text"));

    private MessageParts() {}

    private static Map<String, List<String>> keys() {
        Map<String, List<String>> keys = new HashMap<>(Map.of(
                "sampleText", List.of("content"),
                "sampleMarkdown", List.of("title", "text"),
                "sampleImageMsg", List.of("photoURL"),
                "sampleLink", List.of("title", "text", "messageUrl"),
                "sampleActionCard", List.of("title", "text", "singleTitle", "singleURL"),
                "sampleActionCard6",
                        List.of("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
                "sampleFile", List.of("mediaId"),
                "sampleAudio", List.of("mediaId"),
                "sampleVideo", List.of("videoMediaId")));
        for (int buttons = 2; buttons <= 5; buttons++) {
            List<String> fields = new ArrayList<>(List.of("title", "text"));
            for (int button = 1; button <= buttons; button++) {
                fields.add("actionTitle" + button);
                fields.add("actionURL" + button);
            }
            keys.put("sampleActionCard" + buttons, List.copyOf(fields));
        }
        return Map.copyOf(keys);
    }

    static boolean isTemplate(String template) {
        return OF_TEMPLATES.containsKey(template);
    }

    static boolean isKey(String msgKey) {
        return OF_KEYS.containsKey(msgKey);
    }

    /** Says whether the parameters fill all that the template, the msgKey or the type needs. */
    static boolean hasParts(String type, JsonNode parameters) {
        return Stream.of(OF_TEMPLATES, OF_KEYS, OF_TYPES)
                .flatMap(fields -> fields.getOrDefault(type, List.of()).stream())
                .noneMatch(field -> parameters.path(field).asString("").isBlank());
    }
}
