"""Writes the model as ONNX graphs for ONNX Runtime: f32 and int8, both after its BERT optimiser.

The optimiser fuses attention, layer norm and GELU into the kernels that ONNX Runtime has for them.
int8 is `quantize_dynamic`: weights per channel with all eight bits where the processor has VNNI, and
with seven where it has not (its kernels saturate otherwise); activations per tensor.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers.fusion_options import FusionOptions
from onnxruntime.transformers.optimizer import optimize_model
from transformers import BertForSequenceClassification


class Logits(torch.nn.Module):
    """The network from token ids and mask to logits."""

    def __init__(self, network: BertForSequenceClassification) -> None:
        super().__init__()
        self.network = network

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.network(input_ids=ids, attention_mask=mask).logits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True, help="folder")
    arguments = parser.parse_args()

    network = BertForSequenceClassification.from_pretrained(
        arguments.model, dtype=torch.float32, attn_implementation="eager"
    ).eval()
    arguments.output.mkdir(parents=True, exist_ok=True)
    plain = arguments.output / "plain.onnx"
    example = torch.ones((2, 8), dtype=torch.int64)
    axes = {0: "posts", 1: "tokens"}
    torch.onnx.export(
        Logits(network),
        (example, example),
        str(plain),
        input_names=["ids", "mask"],
        output_names=["logits"],
        dynamic_axes={"ids": axes, "mask": axes, "logits": {0: "posts"}},
        opset_version=17,
    )
    options = FusionOptions("bert")
    optimised = optimize_model(
        str(plain),
        model_type="bert",
        num_heads=network.config.num_attention_heads,
        hidden_size=network.config.hidden_size,
        optimization_options=options,
    )
    print(optimised.get_fused_operator_statistics())
    f32 = arguments.output / "f32.onnx"
    optimised.save_model_to_file(str(f32))
    vnni = "vnni" in Path("/proc/cpuinfo").read_text(encoding="utf-8")
    quantize_dynamic(
        f32,
        arguments.output / "int8.onnx",
        per_channel=True,
        reduce_range=not vnni,
        weight_type=QuantType.QInt8,
        # The optimiser's own operators have no shape inference.
        extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
    )
    plain.unlink()


if __name__ == "__main__":
    main()
