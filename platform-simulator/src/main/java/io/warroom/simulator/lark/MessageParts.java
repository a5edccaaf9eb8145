package io.warroom.simulator.lark;

import io.warroom.simulator.witness.Answer;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the content of a message must hold (message/create_json, card-structure); a card's fault is 230099, with its cause in the text. */
final class MessageParts {
    private static final Set<String> POST_TAGS =
            Set.of("text", "a", "at", "img", "media", "emotion", "hr", "code_block", "md");
    /** Components, and the objects in them that have a tag. */
    private static final Set<String> CARD_TAGS = Set.of(
            "div",
            "markdown",
            "hr",
            "img",
            "img_combination",
            "note",
            "action",
            "actions",
            "column_set",
            "column",
            "table",
            "chart",
            "form",
            "input",
            "button",
            "overflow",
            "select_static",
            "multi_select_static",
            "select_person",
            "multi_select_person",
            "select_img",
            "date_picker",
            "picker_time",
            "picker_datetime",
            "checker",
            "person",
            "person_list",
            "interactive_container",
            "collapsible_panel",
            "plain_text",
            "lark_md",
            "text_tag",
            "standard_icon",
            "custom_icon",
            "at",
            "a",
            "text",
            "link",
            "number_tag",
            "local_datetime",
            "audio",
            "video",
            "repeat",
            "reaction");

    private MessageParts() {}

    /** Gives the refusal, or null for a content that is sound as far as its required parts go. */
    static @Nullable Answer refusal(String type, JsonNode content) {
        return switch (type) {
            case "text" -> isText(content.path("text")) ? null : invalid("text is missing");
            case "post" -> isPost(content) ? null : invalid("no language with lines of known tags");
            case "interactive" -> cardRefusal(content);
            default -> null;
        };
    }

    /** A card of its own, of the second schema, or one that names a template or a card made before. */
    static @Nullable Answer cardRefusal(JsonNode card) {
        String type = card.path("type").asString("");
        if (type.equals("template")) {
            return isText(card.path("data").path("template_id")) ? null : unusable(200621, "template_id is missing");
        }
        if (type.equals("card")) {
            return isText(card.path("data").path("card_id")) ? null : unusable(11310, "cardid is invalid");
        }
        JsonNode elements = card.path("schema").asString("").equals("2.0")
                ? card.path("body").path("elements")
                : card.has("elements") ? card.path("elements") : card.path("i18n_elements");
        if (elements.isMissingNode() || elements.isEmpty()) {
            return unusable(200621, "parse card json err, please check whether the card json is correct");
        }
        if (elements.isArray() && !elements.valueStream().allMatch(element -> isText(element.path("tag")))) {
            return unusable(200621, "parse card json err, an element has no tag");
        }
        String unknown = unknownTag(card);
        return unknown == null ? null : unusable(200861, "unknown tag " + unknown);
    }

    private static @Nullable String unknownTag(JsonNode node) {
        JsonNode tag = node.path("tag");
        if (tag.isString() && !CARD_TAGS.contains(tag.asString())) {
            return tag.asString();
        }
        for (JsonNode child : node.values()) {
            String unknown = unknownTag(child);
            if (unknown != null) {
                return unknown;
            }
        }
        return null;
    }

    private static boolean isPost(JsonNode content) {
        return !content.isEmpty()
                && content.valueStream()
                        .allMatch(language -> language.path("content").isArray()
                                && language.path("content")
                                        .valueStream()
                                        .flatMap(JsonNode::valueStream)
                                        .allMatch(part -> POST_TAGS.contains(
                                                part.path("tag").asString(""))));
    }

    private static boolean isText(JsonNode node) {
        return node.isString() && !node.asString().isBlank();
    }

    private static Answer invalid(String why) {
        return LarkApi.error(230001, "Your request contains an invalid request parameter, ext=" + why);
    }

    private static Answer unusable(int cause, String why) {
        return LarkApi.error(
                230099,
                "Failed to create card content, ext=ErrCode: " + cause + "; ErrMsg: " + why + "; ErrorValue: ;");
    }
}
