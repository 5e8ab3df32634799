import PegCore
