import PegAudio
