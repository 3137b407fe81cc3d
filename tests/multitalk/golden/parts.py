"""guidance, schedule, buckets, resize_crop, masks, color, wav2vec."""

from __future__ import annotations

import json
from pathlib import Path

import torch

from golden.files import near, read, weights
from multitalk.audio_encoder import AudioEncoder
from multitalk.buckets import TABLES, fit_masks, fit_picture, pick_bucket
from multitalk.color import match_colors
from multitalk.config import APGOptions, SamplingOptions
from multitalk.dit import FULL, NO_AUDIO, NO_TEXT, NONE
from multitalk.guidance import APGState, combine
from multitalk.masks import Region, default_regions, speaker_masks
from multitalk.schedule import timesteps


def check_guidance(path: Path) -> None:
    """Plain and projected guidance over consecutive steps, with the momentum they leave behind."""
    metadata, given = read(path)
    scales = {
        "text_guidance_scale": float(metadata["text_scale"]),
        "audio_guidance_scale": float(metadata["audio_scale"]),
    }
    for family in sorted({key.split(".")[0] for key in given}):
        threshold = float("".join(c for c in family.split("_")[0] if c.isdigit() or c == "."))
        apg = APGOptions(float(metadata["momentum"]), threshold, float(metadata["eta"]))
        plain, adaptive = SamplingOptions(**scales), SamplingOptions(**scales, apg=apg)
        three_state, two_state = APGState(), APGState()
        steps = sorted({int(key.split(".")[1].removeprefix("step")) for key in given if key.startswith(f"{family}.")})
        for step in steps:
            at = {
                key.rsplit(".", 1)[1]: value for key, value in given.items() if key.startswith(f"{family}.step{step}.")
            }
            three = {FULL: at["cond"], NO_TEXT: at["drop_text"], NONE: at["uncond"]}
            two = {FULL: at["cond"], NO_AUDIO: at["drop_audio"]}
            made = {
                "cfg3": combine(three, plain, APGState()),
                "cfg2": combine(two, plain, APGState()),
                "apg3": combine(three, adaptive, three_state),
                "apg2": combine(two, adaptive, two_state),
                "text_momentum": three_state.running["text"],
                "audio_momentum": three_state.running["audio"],
                "audio2_momentum": two_state.running["audio"],
            }
            for name in made.keys() & at.keys():
                near(made[name], at[name], 1e-4, f"{family}, step {step}, {name}")


def check_schedule(path: Path) -> None:
    """Timesteps and step sizes."""
    for name, expected in json.loads(path.read_text(encoding="utf-8")).items():
        steps, shift = name.removeprefix("steps").split("_shift")
        made = timesteps(int(steps), float(shift))
        near(made, torch.tensor(expected["timesteps"]), 1e-3, name)
        near((made[:-1] - made[1:]) / 1000, torch.tensor(expected["dt"]), 1e-6, f"{name}: dt")


def check_buckets(path: Path) -> None:
    """Both tables, and which size is chosen."""
    listed = json.loads(path.read_text(encoding="utf-8"))
    for name, rows in listed["tables"].items():
        assert [(float(key), tuple(size)) for key, size in rows.items()] == list(TABLES[name[-3:]])
    for pick in listed["picks"]:
        for name in listed["tables"]:
            assert list(pick_bucket(pick["src_h"], pick["src_w"], name[-3:])) == pick[name]["target_hw"]


def check_resize_crop(path: Path) -> None:
    """Pictures and masks brought to a size."""
    _, given = read(path)
    for case in sorted({key.split(".")[0] for key in given}):
        if case.startswith("pil"):
            expected = given[f"{case}.out_1c1hw"][0, :, 0].permute(1, 2, 0)
            made = fit_picture(given[f"{case}.in_hwc"].numpy(), tuple(expected.shape[:2]))
        else:
            expected = given[f"{case}.out_chw"]
            made = fit_masks(given[f"{case}.in_chw"].numpy(), tuple(expected.shape[1:]))
        assert (torch.from_numpy(made) == expected).all(), case


def check_masks(path: Path) -> None:
    """Regions of people as masks of latents; boxes in the file are top, left, bottom, right."""
    metadata, given = read(path)
    for name, case in metadata["cases"].items():
        height, width = case["src_h"], case["src_w"]
        regions = default_regions(case["humans"], height, width)
        if case["bbox"]:
            regions = tuple(Region(box[1], box[0], box[3], box[2]) for box in case["bbox"].values())
        made = speaker_masks(regions, height, width, pick_bucket(height, width, case["size"][-3:]))
        expected = given[name].numpy()
        assert made.shape[1:] == expected.shape[1:], name
        # for one person the reference has three masks of ones, which nothing looks at
        assert (made == (expected if case["humans"] > 1 else 1)).all(), name


def check_color(path: Path) -> None:
    """Colours moved to those of a reference, with three strengths."""
    _, given = read(path)
    for key in (key for key in given if key.startswith("out.strength")):
        made = match_colors(
            given["in.chunk"][0].numpy(),
            given["in.reference"][0, :, 0].numpy(),
            float(key.removeprefix("out.strength")),
        )
        near(torch.from_numpy(made), given[key][0], 1e-4, key)


def check_wav2vec(path: Path) -> None:
    """A waveform to hidden states at 25 rows a second."""
    from transformers import Wav2Vec2Config, Wav2Vec2Model

    metadata, given = read(path)
    model = Wav2Vec2Model(Wav2Vec2Config(**metadata["config"])).eval()
    missing, unexpected = model.load_state_dict(weights(given), strict=False)
    assert not unexpected and set(missing) <= {"masked_spec_embed"}
    made = AudioEncoder(model).encode(given["in.waveform"].numpy())
    near(made.values, given["out.embedding"], 1e-4, "hidden states")
