"""What a student keeps of its teacher."""

import unittest

import torch
from transformers import BertConfig, BertForSequenceClassification

import model as network
from fit import Row
from heads import OUTPUTS
from prune import Form, matched_layers, part_of

ROWS = [
    Row([2, *range(5 + shift, 9 + shift), 3], [0.0] * len(OUTPUTS), [1.0] * len(OUTPUTS))
    for shift in range(20)
]


def teacher() -> BertForSequenceClassification:
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=40,
        hidden_size=24,
        num_hidden_layers=4,
        num_attention_heads=3,
        intermediate_size=32,
        num_labels=len(OUTPUTS),
    )
    return BertForSequenceClassification(config).eval()


def logits(net: BertForSequenceClassification) -> torch.Tensor:
    return torch.from_numpy(network.logits(net, [row.token_ids for row in ROWS]))


class Forms(unittest.TestCase):
    def test_a_form_is_read_and_written(self) -> None:
        self.assertEqual(Form.parse("6x8x256"), Form(6, 8, 256))
        self.assertEqual(str(Form(6, 8, 256)), "6x8x256")
        for text in ("6x8", "6x8x256x1", "six", ""):
            with self.assertRaises(ValueError):
                Form.parse(text)

    def test_layers_stand_for_even_stretches(self) -> None:
        self.assertEqual(matched_layers(6, 6), [1, 2, 3, 4, 5, 6])
        self.assertEqual(matched_layers(6, 3), [2, 4, 6])
        self.assertEqual(matched_layers(6, 4), [2, 3, 4, 6])


class Parts(unittest.TestCase):
    def test_the_whole_is_the_teacher(self) -> None:
        whole = part_of(teacher(), Form(4, 3, 32), ROWS)
        torch.testing.assert_close(logits(whole), logits(teacher()))

    def test_what_does_nothing_goes_first(self) -> None:
        idle = teacher()
        with torch.no_grad():
            for layer in idle.bert.encoder.layer:
                # The second of three heads of 8, and every other unit.
                layer.attention.output.dense.weight[:, 8:16] = 0
                layer.output.dense.weight[:, ::2] = 0
        part = part_of(idle, Form(4, 2, 16), ROWS)
        torch.testing.assert_close(logits(part), logits(idle))
        self.assertEqual(part.config.pruned_heads, {layer: [1] for layer in range(4)})
        first = part.bert.encoder.layer[0]
        self.assertEqual(first.attention.self.query.weight.shape, (16, 24))
        self.assertEqual(first.intermediate.dense.weight.shape, (16, 24))

    def test_layers_are_the_first_of_their_stretches(self) -> None:
        whole = teacher()
        part = part_of(whole, Form(2, 3, 32), ROWS)
        for layer, kept in zip(part.bert.encoder.layer, (0, 2), strict=True):
            expected = whole.bert.encoder.layer[kept].attention.self.query.weight
            torch.testing.assert_close(layer.attention.self.query.weight, expected)


if __name__ == "__main__":
    unittest.main()
