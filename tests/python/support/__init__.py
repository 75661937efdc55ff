"""What tests share: builders of frames and captures that owe nothing to the code under test."""
